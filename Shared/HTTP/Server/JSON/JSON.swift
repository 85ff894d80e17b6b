import FoundationEssentials
import SortedJSON

/// How this module reads and writes JSON.
public enum JSON {
    /// Sorted keys, so that equal values are equal bytes; dates as RFC 3339 in UTC.
    ///
    /// - Throws: `EncodingError`, as for a number that is not finite.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        try SortedJSON.encode(value) { RFC3339.text($0) }
    }

    /// Strict where Foundation is not, and exact about what is wrong and where.
    ///
    /// - Parameter depth: how far arrays and objects may lie inside one another.
    /// - Throws: `Problem`: 400 for what is not UTF-8, not JSON or nested too deep; 422 with a pointer for what is missing
    ///   or of the wrong type or value.
    public static func decode<T: Decodable>(_ type: T.Type = T.self, from body: [UInt8], depth: Int) throws(Problem)
        -> T
    {
        if let problem = Problem.ofSyntax(body, depth: depth) { throw problem }
        do {
            return try decoder.decode(type, from: Data(body))
        } catch let problem as Problem {
            throw problem  // From an `init(from:)` that knows better.
        } catch {
            throw diagnosis(of: type, body) ?? Problem(error)
        }
    }

    private static func diagnosis<T: Decodable>(of type: T.Type, _ body: [UInt8]) -> Problem? {
        do {
            let value = try decoder.decode(JSONValue.self, from: Data(body))
            _ = try JSONValueDecoder(value: value, codingPath: [], foundation: decoder).decode(type)
            return nil
        } catch {
            return Problem(error)
        }
    }

    /// Shared: decoding keeps nothing in it, and nobody changes its options.
    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let date = RFC3339.date(try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "must be a date and time such as 2026-11-24T08:30:00Z")
            }
            return date
        }
        return decoder
    }()
}
