/// A closed list of words in JSON. The error for another word lists what would be right and never quotes what was met.
public protocol Choice: RawRepresentable, CaseIterable, Codable, Sendable, Hashable, SchemaDescribed
where RawValue == String {}

extension Choice {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "is an unknown word: write one of \(words)"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
