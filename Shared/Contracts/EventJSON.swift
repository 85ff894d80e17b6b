import FoundationEssentials
import SortedJSON

/// The one encoding of our events: JSON with sorted keys, UTF-8, no white space.
public enum EventJSON {
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        try SortedJSON.encode(value)
    }

    /// Shared: decoding keeps nothing in it, and nobody changes its options.
    private static let decoder = JSONDecoder()

    public static func decode<Value: Decodable>(_: Value.Type, from bytes: [UInt8]) throws -> Value {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw UnreadableEvent(.notUTF8, "the data is not UTF-8")
        }
        return try decoder.decode(Value.self, from: Data(bytes))
    }

    /// Reads and validates a payload; every error names the field and the rule.
    public static func payload<Payload: EventPayload>(
        _: Payload.Type, from bytes: [UInt8]
    ) throws(UnreadableEvent) -> Payload {
        let payload: Payload
        do {
            payload = try decode(Payload.self, from: bytes)
        } catch let error as UnreadableEvent {
            throw error
        } catch let error as DecodingError {
            let read = UnreadableEvent(error)
            throw read.reason == .notJSON ? OddNumber.find(in: bytes) ?? read : read
        } catch {
            throw UnreadableEvent(.notJSON, "the data is no JSON")
        }
        return try validated(payload)
    }

    /// The same for a payload that lies within a larger document: pointers begin at the payload.
    public static func payload<Payload: EventPayload>(
        _: Payload.Type, from decoder: any Decoder
    ) throws(UnreadableEvent) -> Payload {
        let payload: Payload
        do {
            payload = try Payload(from: decoder)
        } catch let error as DecodingError {
            throw UnreadableEvent(error, below: decoder.codingPath.count)
        } catch {
            throw OddNumber.find(in: decoder) ?? UnreadableEvent(.wrongShape, "the data cannot be read")
        }
        return try validated(payload)
    }

    private static func validated<Payload: EventPayload>(_ payload: Payload) throws(UnreadableEvent) -> Payload {
        do { try payload.validate() } catch { throw UnreadableEvent(.overLimit, error.description) }
        return payload
    }
}

extension UnreadableEvent {
    /// The decoder's words with a JSON pointer, and without the value that was met.
    ///
    /// - Parameter depth: how many steps of the path lead to the data within a larger document.
    public init(_ error: DecodingError, below depth: Int = 0) {
        func place(_ context: DecodingError.Context, _ more: [any CodingKey] = []) -> String {
            let place = pointer(context.codingPath.dropFirst(depth) + more)
            return place.isEmpty ? "the data" : place
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.wrongShape, "\(place(context, [key])) is missing")
        case .typeMismatch(let type, let context):
            self.init(.wrongShape, "\(place(context)) has the wrong type: \(jsonWords(for: type)) is wanted")
        case .valueNotFound(let type, let context):
            self.init(.wrongShape, "\(place(context)) is null: \(jsonWords(for: type)) is wanted")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(.notJSON, "the data is no JSON")
        case .dataCorrupted(let context):
            self.init(.wrongShape, "\(place(context)) \(context.debugDescription)")
        @unknown default:
            self.init(.wrongShape, "the data cannot be read")
        }
    }
}

private func pointer(_ path: some Sequence<any CodingKey>) -> String {
    path.map { key in
        let text = key.intValue.map(String.init) ?? key.stringValue
        return "/" + text.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
}
