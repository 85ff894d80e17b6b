extension Problem {
    /// What a body that is JSON has wrong: where, and what would be right.
    ///
    /// - Parameter error: a `DecodingError` with a requirement for a description, as `JSONValueDecoder` throws them, or
    ///   whatever an `init(from:)` throws: of the latter's words nothing is passed on.
    init(_ error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self.init(.missingMember, at: context.codingPath + [key], "must be there")
        case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context):
            self.init(.wrongType, at: context.codingPath, context.debugDescription)
        case DecodingError.dataCorrupted(let context):
            self.init(.invalidValue, at: context.codingPath, context.debugDescription)
        default:
            self.init(.invalidValue, at: [], "could not be read")
        }
    }

    private init(_ type: ProblemType, at path: [any CodingKey], _ detail: String) {
        self.init(type, errors: [Violation(pointer: JSONPointer(path).description, detail)])
    }
}
