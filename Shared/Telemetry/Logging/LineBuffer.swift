/// A line being built.
struct LineBuffer {
    var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(320)
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// In quotes, as a JSON string. Everything is escaped that would end the line or that a terminal acts upon, so that
    /// a stranger's text can't forge a line or a colour.
    mutating func appendQuoted(_ text: String, limit: Int = .max) {
        bytes.append(UInt8(ascii: "\""))
        let length = text.utf8.count
        let cut = length > limit
        appendEscaped(cut ? text.prefix(utf8: limit) : text[...])
        if cut {
            append("… (\(length) bytes)")
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: Substring) {
        guard !text.utf8.allSatisfy(\.isPlain) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            // C0, DEL and C1, then the line and paragraph separators that some readers split at.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            default: bytes.append(contentsOf: scalar.utf8)
            }
        }
    }
}

extension UInt8 {
    /// Printable ASCII that means nothing in a JSON string.
    fileprivate var isPlain: Bool {
        self >= 0x20 && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}

extension String {
    /// At most so many bytes. A string cut at an index inside a character is cut before that character.
    fileprivate func prefix(utf8 limit: Int) -> Substring {
        self[..<utf8.index(startIndex, offsetBy: limit)]
    }
}
