extension Problem {
    /// What keeps a body from being JSON that is decoded at all; nil when nothing does.
    static func ofSyntax(_ body: [UInt8], depth: Int) -> Problem? {
        if let offset = offsetOfInvalidUTF8(body) {
            return Problem(.invalidUTF8, "must be UTF-8, which it is not at \(place(offset, in: body))")
        }
        do {
            try JSONSyntax.check(body, depth: depth)
            return nil
        } catch {
            switch error.reason {
            case .expected(let expected):
                return Problem(.malformedJSON, "must be JSON: expected \(expected) at \(place(error.offset, in: body))")
            case .tooDeep:
                return Problem(
                    .nestedTooDeep,
                    "must be nested at most \(depth) deep, which ends at \(place(error.offset, in: body))")
            }
        }
    }

    private init(_ type: ProblemType, _ detail: String) {
        self.init(type, errors: [Violation(pointer: JSONPointer().description, detail)])
    }

    /// A decoder would turn wrong bytes into U+FFFD, and two different texts into one.
    private static func offsetOfInvalidUTF8(_ body: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: body.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// For people: lines and columns count from 1, columns in bytes.
    private static func place(_ offset: Int, in body: [UInt8]) -> String {
        let before = body[..<offset]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = offset - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
        return offset == body.count ? "the end of the body" : "line \(line), column \(column)"
    }
}
