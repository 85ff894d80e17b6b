import Contracts

/// How a text message is handed to a gateway over HTTP: the request as a template, and what its answers mean.
///
/// The gateway must take the idempotency key for what it is: a message that is handed over again under the same key must
/// not be sent again.
struct SMSGateway: Sendable, Hashable {
    let url: String
    /// Such as `Authorization`.
    let headers: [String: String]
    /// The request's JSON. In its texts `{{phone}}`, `{{text}}` and `{{id}}` are replaced.
    let body: JSONValue
    let idempotencyHeader: String
    let answer: Answer?

    /// Where an answer of 2xx says more, and what.
    struct Answer: Codable, Sendable, Hashable {
        /// The path to a text or number, by member names and array indices: `["SendStatusSet", "0", "Code"]`.
        let at: [String]
        let delivered: [String]
        let refused: [String]?
        let limited: [String]?
        let waitSeconds: Int?
    }

    private struct File: Codable {
        let url: String
        let headers: [String: String]?
        let body: JSONValue
        let idempotencyHeader: String?
        let answer: Answer?
    }

    /// - Throws: `FaultyNotices`, which names all faults.
    init(json: [UInt8]) throws(FaultyNotices) {
        let file = try FaultyNotices.decode(File.self, from: json, what: "sms gateway")
        url = file.url
        headers = file.headers ?? [:]
        body = file.body
        idempotencyHeader = file.idempotencyHeader ?? "Idempotency-Key"
        answer = file.answer
        let faults = faults
        guard faults.isEmpty else { throw FaultyNotices(faults: faults.map { "sms gateway: \($0)" }) }
    }

    private var faults: [String] {
        var faults: [String] = []
        if !url.hasPrefix("https://"), !url.hasPrefix("http://") { faults.append("url is none: begin with https://") }
        let placeholders = body.texts.flatMap(\.placeholders)
        for unknown in Set(placeholders).subtracting(["phone", "text", "id"]).sorted() {
            faults.append("body has {{\(unknown)}}: only {{phone}}, {{text}} and {{id}} are known")
        }
        for needed in ["phone", "text"] where !placeholders.contains(needed) {
            faults.append("body has no {{\(needed)}}: put it where the gateway wants it")
        }
        if let answer {
            if answer.at.isEmpty { faults.append("answer/at is empty: name the member to look at") }
            if answer.delivered.isEmpty { faults.append("answer/delivered is empty: nothing would count as sent") }
            if let wait = answer.waitSeconds, !(1...86_400).contains(wait) {
                faults.append("answer/waitSeconds is \(wait): write 1 to 86400")
            }
        }
        return faults
    }

    func filled(phone: String, text: String, id: EventID) -> JSONValue {
        body.mapTexts { template in
            template.filling { name in
                switch name {
                case "phone": phone
                case "text": text
                // Only known placeholders pass the check.
                default: id.description
                }
            }
        }
    }
}

extension JSONValue {
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.texts)
        case .object(let members): members.sorted { $0.key < $1.key }.flatMap(\.value.texts)
        case .null, .bool, .integer, .number: []
        }
    }

    fileprivate func mapTexts(_ transform: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(transform(text))
        case .array(let values): .array(values.map { $0.mapTexts(transform) })
        case .object(let members): .object(members.mapValues { $0.mapTexts(transform) })
        case .null, .bool, .integer, .number: self
        }
    }

    /// The text or whole number at a path, as text.
    func text(at path: [String]) -> String? {
        var value = self
        for step in path {
            switch value {
            case .object(let members):
                guard let member = members[step] else { return nil }
                value = member
            case .array(let items):
                guard let index = Int(step), items.indices.contains(index) else { return nil }
                value = items[index]
            case .null, .bool, .integer, .number, .string: return nil
            }
        }
        return switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .null, .bool, .number, .array, .object: nil
        }
    }
}

extension String {
    /// The names between `{{` and `}}`.
    fileprivate var placeholders: [String] {
        var names: [String] = []
        _ = filling { name in
            names.append(name)
            return ""
        }
        return names
    }

    /// Replaced in one pass: what is filled in is not looked at again, or a text could name the phone.
    fileprivate func filling(_ value: (String) -> String) -> String {
        var filled = ""
        var rest = self[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            filled += rest[..<open.lowerBound]
            filled += value(String(rest[open.upperBound..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return filled + rest
    }
}
