import HTTPMessages

extension Problem {
    /// What a body that is JSON has wrong: where, and what would be right.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missingMember, at: context.codingPath + [key], "must be there")
        case .valueNotFound(let type, let context):
            self.init(.wrongType, at: context.codingPath, "must be \(Self.name(type)), not null")
        case .typeMismatch(let type, let context):
            self.init(.wrongType, at: context.codingPath, "must be \(Self.name(type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(.malformedJSON, at: [], "must be JSON")
        case .dataCorrupted(let context):
            self.init(.invalidValue, at: context.codingPath, context.debugDescription)
        @unknown default:
            self.init(.invalidValue, at: [], "could not be decoded")
        }
    }

    private init(_ type: ProblemType, at path: [any CodingKey], _ detail: String) {
        self.init(type, errors: [Violation(pointer: JSONPointer(path).description, detail)])
    }

    /// A type in the words of JSON.
    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is any ExpressibleByDictionaryLiteral.Type: "an object"
        case is any ExpressibleByArrayLiteral.Type: "an array"
        default: "a \(type)"
        }
    }
}
