/// The grammar of JSON (RFC 8259), stricter than Foundation's decoder, which takes a comma before a bracket, a byte order
/// mark and half a surrogate pair, and says "not valid JSON" without a place.
///
/// Beyond the grammar: nesting is bounded, since decoders recurse; `\u0000` is refused, since Postgres cannot store it; and so
/// is a member that is given twice, lest two readers see two values.
struct JSONSyntax {
    struct Failure: Error, Equatable {
        enum Reason: Equatable {
            case expected(String)
            case tooDeep
        }

        let reason: Reason
        let offset: Int
    }

    private let bytes: [UInt8]
    private let depthLimit: Int
    private var offset = 0

    /// - Parameter bytes: taken to be UTF-8.
    /// - Throws: `Failure` at the first byte that does not fit.
    static func check(_ bytes: [UInt8], depth: Int) throws(Failure) {
        var syntax = JSONSyntax(bytes: bytes, depthLimit: depth)
        try syntax.document()
    }

    private init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    // MARK: Reading

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func failure(_ expected: String) -> Failure { Failure(reason: .expected(expected), offset: offset) }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func skipDigits() throws(Failure) {
        let start = offset
        while let byte = next, byte.isDigit { offset += 1 }
        guard offset > start else { throw failure("a digit") }
    }
}

// MARK: Grammar

extension JSONSyntax {
    private mutating func document() throws(Failure) {
        skipSpace()
        try value(depth: 0)
        skipSpace()
        guard next == nil else { throw failure("the end") }
    }

    private mutating func value(depth: Int) throws(Failure) {
        switch next {
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "-"): try number()
        case let byte? where byte.isDigit: try number()
        default: throw failure("a value")
        }
    }

    private mutating func object(depth: Int) throws(Failure) {
        try open(depth)
        skipSpace()
        if take("}") { return }
        var names = MemberNames()
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member's name in quotes") }
            let start = offset
            try string()
            guard names.insert(bytes[start..<offset]) else {
                throw Failure(reason: .expected("a name that the object does not have yet"), offset: start)
            }
            skipSpace()
            guard take(":") else { throw failure("a colon") }
            skipSpace()
            try value(depth: depth)
            skipSpace()
        } while take(",")
        guard take("}") else { throw failure("a comma or }") }
    }

    private mutating func array(depth: Int) throws(Failure) {
        try open(depth)
        skipSpace()
        if take("]") { return }
        repeat {
            skipSpace()
            try value(depth: depth)
            skipSpace()
        } while take(",")
        guard take("]") else { throw failure("a comma or ]") }
    }

    private mutating func open(_ depth: Int) throws(Failure) {
        guard depth <= depthLimit else { throw Failure(reason: .tooDeep, offset: offset) }
        offset += 1
    }

    private mutating func number() throws(Failure) {
        _ = take("-")
        if !take("0") { try skipDigits() }
        if take(".") { try skipDigits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try skipDigits()
        }
    }

    private mutating func literal(_ text: String) throws(Failure) {
        for byte in text.utf8 {
            guard next == byte else { throw failure(text) }
            offset += 1
        }
    }

    private mutating func string() throws(Failure) {
        offset += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw failure("an escape in place of a control character")
            default: offset += 1
            }
        }
        throw failure("a closing quote")
    }

    private mutating func escape() throws(Failure) {
        offset += 1
        guard let byte = next else { throw failure("an escape") }
        guard byte == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(byte) else { throw failure("an escape") }
            offset += 1
            return
        }
        switch try codeUnit() {
        case 0: throw failure("text without \\u0000")
        case 0xdc00...0xdfff: throw failure("the first half of a surrogate pair before the second")
        case 0xd800...0xdbff:
            guard take("\\"), next == UInt8(ascii: "u"), (0xdc00...0xdfff).contains(try codeUnit()) else {
                throw failure("the second half of a surrogate pair")
            }
        default: break
        }
    }

    /// From the `u` on.
    private mutating func codeUnit() throws(Failure) -> UInt16 {
        offset += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = next?.hexadecimalValue else { throw failure("four hexadecimal digits") }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}
