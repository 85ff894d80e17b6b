import Contracts
import Kafka

/// A record as it is shown to an operator: whole, or with everything masked that may be about a person.
struct ShownRecord: Encodable, Equatable {
    let topic: String
    let key: String?
    let headers: [String: String]
    /// JSON where it is JSON; else its text, or only how long it is.
    let value: String
    let masked: Bool

    init(_ record: OutgoingRecord, isMasked: Bool) {
        topic = record.topic
        masked = isMasked
        func shown(_ bytes: [UInt8], as name: String) -> String {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return "(\(bytes.count) bytes, not UTF-8)"
            }
            return isMasked ? MaskedJSON.text(text, of: name) : text
        }
        key = record.key.map { shown($0, as: "key") }
        headers = Dictionary(record.headers.map { ($0.name, shown($0.value, as: $0.name)) }) { first, _ in first }
        guard let bytes = record.value else {
            value = "(nothing)"
            return
        }
        if isMasked, let json = try? EventJSON.decode(JSONValue.self, from: bytes),
            let masked = try? EventJSON.encode(MaskedJSON.value(json))
        {
            value = String(decoding: masked, as: UTF8.self)
        } else if isMasked {
            value = "(\(bytes.count) bytes, not JSON: --whole shows them)"
        } else {
            value = shown(bytes, as: "value")
        }
    }

    var text: String {
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return (["topic: \(topic)", "key: \(key ?? "(none)")"] + lines + ["", value]).joined(separator: "\n")
    }
}

/// JSON with its shape, names of members and codes left, and all texts and numbers masked.
enum MaskedJSON {
    /// Members and headers whose values are codes of ours, and say what went wrong.
    static let codes: Set<String> = [
        "id", "type", "time", "grid", "unit", "category", "severity", "outcome", "register", "attribute", "action",
        "case",
        "whistle", "departments", "since", "specversion", "source", "datacontenttype", "ce_id", "ce_type", "ce_source",
        "ce_time", "ce_specversion", "ce_dataschema", "ce_recordedat", "ce_correlationid", "ce_causationid",
        "content-type",
        "traceparent", "key",
    ]

    static func value(_ value: JSONValue, of name: String = "") -> JSONValue {
        switch value {
        case .object(let members):
            .object(Dictionary(uniqueKeysWithValues: members.map { ($0.key, self.value($0.value, of: $0.key)) }))
        case .array(let items): .array(items.map { self.value($0, of: name) })
        case .string(let text): .string(self.text(text, of: name))
        case .integer(let number) where number.magnitude < 1_000: .integer(number)
        case .integer, .number: .string("(a number)")
        case .bool, .null: value
        }
    }

    /// A code stays where it has a code's form and is no phone number; of any other text only the length.
    static func text(_ text: String, of name: String) -> String {
        if codes.contains(name), isCode(text), Masking.numbers(in: text) == text || isLongCode(text) { return text }
        return "(\(text.count) characters)"
    }

    private static func isCode(_ text: String) -> Bool {
        text.utf8.count <= 128
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "@") }
    }

    /// Ids, times and the codes of units are made of digits, too.
    private static func isLongCode(_ text: String) -> Bool {
        Instant(text) != nil || EventID(text) != nil || UnitCode(text) != nil || text.count > 22
    }
}
