/// Blanks what stands in comments and string literals of a Swift file, line by line as it was.
///
/// It knows line and nested block comments, string literals of one and of several lines, with any number of `#`, and
/// interpolations with literals in them. It works on bytes, as the tests are built without optimization.
struct CodeMask {
    private let text: [UInt8]
    private var masked: [UInt8] = []
    /// Where it reads; what lies before has been masked.
    private var position = 0

    static func apply(to text: String) -> String {
        var mask = CodeMask(text: Array(text.utf8))
        mask.masked.reserveCapacity(mask.text.count)
        mask.maskCode(closing: nil)
        return String(decoding: mask.masked, as: UTF8.self)
    }

    private init(text: [UInt8]) { self.text = text }

    private var isAtEnd: Bool { position == text.count }

    private func isNext(_ expected: StaticString) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard position + count <= text.count else { return false }
        return (0..<count).allSatisfy { text[position + $0] == expected.utf8Start[$0] }
    }

    private func hashes(at start: Int) -> Int {
        var end = start
        while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
        return end - start
    }

    private mutating func keep(_ count: Int = 1) {
        let end = min(position + count, text.count)
        masked += text[position..<end]
        position = end
    }

    private mutating func blank(_ count: Int = 1) {
        let end = min(position + count, text.count)
        // One blank for a character, however many bytes it has.
        for byte in text[position..<end] where byte & 0xC0 != 0x80 {
            masked.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        position = end
    }

    /// - Parameter end: the parenthesis that ends an interpolation, which is left to the caller.
    private mutating func maskCode(closing end: UInt8?) {
        var depth = 0
        while !isAtEnd {
            let next = text[position]
            if isNext("//") {
                while !isAtEnd, text[position] != UInt8(ascii: "\n") { blank() }
            } else if isNext("/*") {
                maskBlockComment()
            } else if next == UInt8(ascii: "\"") || isRawString {
                maskString()
            } else if next == end, depth == 0 {
                return
            } else {
                if next == UInt8(ascii: "(") { depth += 1 } else if next == UInt8(ascii: ")") { depth -= 1 }
                keep()
            }
        }
    }

    private var isRawString: Bool {
        let count = hashes(at: position)
        return count > 0 && position + count < text.count && text[position + count] == UInt8(ascii: "\"")
    }

    private mutating func maskBlockComment() {
        var depth = 0
        repeat {
            if isNext("/*") {
                depth += 1
                blank(2)
            } else if isNext("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && !isAtEnd
    }

    private mutating func maskString() {
        let hashes = hashes(at: position)
        keep(hashes)
        let quotes = isNext("\"\"\"") ? 3 : 1
        keep(quotes)
        while !isAtEnd {
            if quotes == 3 ? isNext("\"\"\"") : isNext("\""), self.hashes(at: position + quotes) >= hashes {
                return keep(quotes + hashes)
            } else if isNext("\\"), self.hashes(at: position + 1) >= hashes {
                let isInterpolation =
                    position + hashes + 1 < text.count && text[position + hashes + 1] == UInt8(ascii: "(")
                if isInterpolation { maskInterpolation(hashes: hashes) } else { blank(hashes + 2) }
            } else if quotes == 1, isNext("\n") {
                return  // no literal after all: the compiler will say so
            } else {
                blank()
            }
        }
    }

    /// What an interpolation holds counts as part of the text around it; its own marks stay.
    private mutating func maskInterpolation(hashes: Int) {
        keep(hashes + 2)
        let start = masked.count
        maskCode(closing: UInt8(ascii: ")"))
        for index in start..<masked.count where masked[index] != UInt8(ascii: "\n") {
            masked[index] = UInt8(ascii: " ")
        }
        keep()
    }
}
