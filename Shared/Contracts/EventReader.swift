import FoundationEssentials

extension CloudEvents {
    /// A record's event, its data not yet read.
    public struct Raw: Sendable {
        public let envelope: EventEnvelope
        /// The JSON text.
        public let data: [UInt8]
    }

    /// Finds out the mode, reads the attributes, and leaves the data alone.
    ///
    /// - Parameters:
    ///   - header: the value of a record header, nil where there is none.
    ///   - value: the record's value; nil is a tombstone, which is no event.
    public static func read(header: (String) -> ArraySlice<UInt8>?, value: [UInt8]?) throws(UnreadableEvent) -> Raw {
        func text(_ name: String) throws(UnreadableEvent) -> String? {
            guard let bytes = header(name) else { return nil }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw UnreadableEvent(.notUTF8, "header \(name) is not UTF-8")
            }
            return text
        }
        guard let value else { throw UnreadableEvent(.wrongShape, "a record without a value holds no event") }
        guard value.count <= Limit.eventBytes else {
            throw UnreadableEvent(.overLimit, "the record has \(value.count) bytes: send at most \(Limit.eventBytes)")
        }
        // As media types are compared; most are written as ours are.
        let contentType = try text("content-type").map { $0 == Self.contentType ? $0 : $0.lowercased() }
        let traceparent = try text("traceparent")
        if let contentType, contentType != Self.contentType, contentType.hasPrefix(structuredPrefix) {
            return try structured(value, traceparent: traceparent)
        }
        let envelope = try envelope(
            { attribute throws(UnreadableEvent) in try text(attribute.header) }, traceparent: traceparent)
        return Raw(envelope: envelope, data: value)
    }

    private static func structured(_ value: [UInt8], traceparent: String?) throws(UnreadableEvent) -> Raw {
        let parsed: StructuredEvent
        do {
            parsed = try EventJSON.decode(StructuredEvent.self, from: value)
        } catch let error as UnreadableEvent {
            throw error
        } catch {
            throw UnreadableEvent(.notJSON, "the record is no JSON object")
        }
        let attributes = parsed.attributes
        let envelope = try envelope({ attributes[$0.rawValue] }, traceparent: traceparent)
        guard let data = parsed.data else {
            // What the SDKs write when they are given the JSON as bytes.
            guard let text = attributes["data_base64"] else {
                throw UnreadableEvent(.wrongShape, "member data is missing: put the event's JSON there")
            }
            guard let bytes = Data(base64Encoded: text) else {
                throw UnreadableEvent(.wrongShape, "member data_base64 is no base64 (RFC 4648, section 4)")
            }
            return Raw(envelope: envelope, data: [UInt8](bytes))
        }
        guard let bytes = try? EventJSON.encode(data) else {
            throw UnreadableEvent(.wrongShape, "member data cannot be read")
        }
        return Raw(envelope: envelope, data: bytes)
    }
}

/// A structured-mode envelope: attributes are its string members, and `data` is any JSON.
private struct StructuredEvent: Decodable {
    var attributes: [String: String] = [:]
    var data: JSONValue?

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        for key in container.allKeys {
            if key.stringValue == "data" {
                data = try container.decode(JSONValue.self, forKey: key)
            } else if let text = try? container.decode(String.self, forKey: key) {
                attributes[key.stringValue] = text
            }
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
