import Glibc

/// A file of the project as the rules see it.
struct SourceFile {
    /// Relative to the root of the project, with slashes.
    let path: String
    let lines: [String]
    /// Swift files only: the lines with what stands in comments and string literals blanked, so that a rule about code does
    /// not stumble over prose. The backslash and parentheses of an interpolation stay.
    let code: [String]

    /// In bytes.
    let size: Int

    /// - Parameter size: of the file, where its text is only what could be read of it.
    init(path: String, text: String, size: Int? = nil) {
        self.path = path
        self.size = size ?? text.utf8.count
        lines = Self.split(text)
        code = path.hasSuffix(".swift") ? Self.split(CodeMask.apply(to: text)) : []
    }

    private static func split(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String($0) ?? "" }
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var name: Substring { path.split(separator: "/").last ?? "" }

    func isIn(_ folders: String...) -> Bool { folders.contains { path.hasPrefix($0 + "/") } }

    /// The folder of the service that the file belongs to: `Intake` for `Services/Intake/Domain/Visit.swift`.
    var service: Substring? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Services" ? parts[1] : nil
    }

    /// Whether the file is of a service's pure part.
    var isDomain: Bool {
        let parts = path.split(separator: "/")
        return parts.count > 3 && parts[0] == "Services" && parts[2] == "Domain"
    }

    /// The modules that the file imports, with the number of the line.
    var imports: [(module: Substring, line: Int)] {
        code.enumerated().compactMap { index, line in
            guard line.holds(token: "import") else { return nil }
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), words.count > keyword + 1,
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "private"].contains($0) })
            else { return nil }
            // `import struct Module.Type` names the module in its third word.
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let named =
                kinds.contains(String(words[keyword + 1])) ? words.dropFirst(keyword + 2).first : words[keyword + 1]
            return named.map { ($0.prefix { $0 != "." }, index + 1) }
        }
    }

    /// The numbers of the lines of code that hold a token: not as a part of a longer name.
    func lines(holding token: String) -> [Int] { Self.lines(code, holding: token) }

    /// The numbers of the lines that call a function of the language or the system, not one of ours by the same name.
    func lines(calling function: String) -> [Int] {
        let call = function + "("
        return lines(holding: call).filter { line in
            !code[line - 1].holds(token: "." + call) && !code[line - 1].holds(token: "func " + call)
        }
    }

    /// Whether a line, counted from 0, begins with an attribute.
    func isAttribute(_ index: Int) -> Bool { code[index].drop(while: \.isWhitespace).hasPrefix("@") }

    /// The numbers of the lines that hold a token, comments and texts included.
    func lines(mentioning token: String) -> [Int] { Self.lines(lines, holding: token) }

    private static func lines(_ lines: [String], holding token: String) -> [Int] {
        lines.indices.filter { lines[$0].holds(token: token) }.map { $0 + 1 }
    }
}

extension String {
    /// Whether the text holds a token which is not a part of a longer name on either side.
    func holds(token: String) -> Bool {
        // The C library's search is quick also where Swift is built without optimization.
        withCString { text in
            var place = strstr(text, token)
            while let found = place {
                let isWhole =
                    !(token.utf8.first!.isPartOfName && found > UnsafeMutablePointer(mutating: text)
                    && UInt8(bitPattern: found[-1]).isPartOfName)
                    && !(token.utf8.last!.isPartOfName && UInt8(bitPattern: found[token.utf8.count]).isPartOfName)
                if isWhole { return true }
                place = strstr(found + 1, token)
            }
            return false
        }
    }
}

extension UInt8 {
    /// Letters beyond ASCII count as well.
    fileprivate var isPartOfName: Bool { self >= 0x80 || Character(UnicodeScalar(self)).isPartOfName }
}

extension Character {
    var isPartOfName: Bool { isLetter || isNumber || self == "_" }
}
