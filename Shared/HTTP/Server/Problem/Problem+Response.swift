import HTTPMessages

/// An error that knows its answer. Every other error thrown by a handler is a 500 that tells nothing, since its
/// description may hold what a stranger must not read.
public protocol ResponseError: Error {
    var response: Response { get }
}

extension Problem: ResponseError {
    public var response: Response {
        var headers = headers
        headers["Content-Type"] = "application/problem+json"
        return Response(status: status, headers: headers, body: .bytes(json))
    }

    /// The body. Sorted keys, so that equal problems are equal bytes.
    var json: [UInt8] {
        do {
            return try JSON.encode(self)
        } catch {
            // A member holds a number that JSON has not, such as infinity: the rest is worth more than the member.
            var rest = self
            rest.members = [:]
            return (try? JSON.encode(rest)) ?? []
        }
    }
}

extension Problem: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(type, forKey: Key("type"))
        try container.encode(title, forKey: Key("title"))
        try container.encode(status.code, forKey: Key("status"))
        try container.encodeIfPresent(detail, forKey: Key("detail"))
        try container.encodeIfPresent(instance, forKey: Key("instance"))
        if !errors.isEmpty { try container.encode(errors, forKey: Key("errors")) }
        for (name, value) in members { try container.encode(value, forKey: Key(name)) }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}
