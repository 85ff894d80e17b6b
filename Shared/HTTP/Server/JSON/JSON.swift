public import FoundationEssentials

/// How this module reads and writes JSON.
public enum JSON {
    /// Sorted keys, so that equal values are equal bytes; dates as RFC 3339 in UTC.
    ///
    /// - Throws: `EncodingError`, as for a number that is not finite.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        Array(try encoder.encode(value))
    }

    /// Shared: encoding keeps nothing in it, and nobody changes its options.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }()

    /// Shared for the same reason.
    public static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }()
}
