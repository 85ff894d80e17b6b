/// What must hold of a body before it is decoded: UTF-8 throughout, and not nested deeper than `depth`.
///
/// Without the first, a decoder turns wrong bytes into U+FFFD and two different texts become one. The second bounds the
/// stack: decoders recurse.
enum JSONCheck {
    static func run(_ body: [UInt8], depth limit: Int) throws(Problem) {
        do {
            _ = try UTF8Span(validating: body.span)
        } catch {
            throw Problem(
                .invalidUTF8,
                errors: [.init(pointer: "#", "must be UTF-8; byte \(error.byteOffsets.lowerBound) is not")])
        }
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (offset, byte) in body.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    guard depth <= limit else {
                        throw Problem(
                            .nestedTooDeep,
                            errors: [
                                .init(pointer: "#", "must be nested at most \(limit) deep; byte \(offset) goes deeper")
                            ])
                    }
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
        }
    }
}
