import Contracts
import Foundation
import Testing

/// The documents that are made from the types. `MUSTER_WRITE_DOCS=1 swift test --filter DocumentTests` writes them anew.
@Suite struct DocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func compare(_ text: String, with path: String) throws {
        let file = Self.root.appending(path: path)
        if ProcessInfo.processInfo.environment["MUSTER_WRITE_DOCS"] == "1" { try Data(text.utf8).write(to: file) }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(written == text, "\(path) is not what the types say: write it anew and look at the change")
    }

    @Test func `the AsyncAPI document says what the types say`() throws {
        try compare(try AsyncAPIDocument().text, with: "docs/asyncapi.json")
    }

    @Test func `the table of events says what the types say`() throws {
        var lines = [
            "# Events", "",
            "Made from the types by a test (Tests/ContractsTests/DocumentTests.swift). CloudEvents 1.0; members that may be",
            "missing are marked with `?`. The whole schemas are in [asyncapi.json](asyncapi.json).", "",
            "| type | topic | key | members |", "|---|---|---|---|",
        ]
        for example in Example.all {
            let type = type(of: example.full)
            let required = try MemberShape.members(of: example.minimal)
            let members = try MemberShape.members(of: example.full).sorted { $0.key < $1.key }.map { name, _ in
                required[name] == nil ? "\(name)?" : name
            }
            lines.append(
                "| `\(type.type)` | `\(type.topic)` | \(type.topic.key) | \(members.joined(separator: ", ")) |")
        }
        lines += [
            "",
            "On `<service>.receipts`, `muster.<service>.receipt.v1` says what became of each item that came by topic.",
            "",
        ]
        try compare(lines.joined(separator: "\n"), with: "docs/events.md")
    }
}

/// The members of an example.
enum MemberShape {
    static func members(of payload: any EventPayload) throws -> [String: JSONValue] {
        guard case .object(let members) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(payload)) else {
            return [:]
        }
        return members
    }
}

/// AsyncAPI 3.0 with one channel per topic and one message per type.
struct AsyncAPIDocument {
    let text: String

    init() throws {
        var channels: [String: JSONValue] = [:]
        var operations: [String: JSONValue] = [:]
        var messages: [String: JSONValue] = [:]
        let reader = SchemaReader()
        let byTopic = Dictionary(grouping: Example.all) { type(of: $0.full).topic }
        for (topic, examples) in byTopic {
            let channel = topic.name.replacing(".", with: "-")
            var references: [String: JSONValue] = [:]
            for example in examples {
                let name = type(of: example.full).type.replacing(".", with: "-")
                references[name] = Self.reference("#/components/messages/\(name)")
                messages[name] = Self.message(
                    type(of: example.full).type, on: topic, try Self.schema(of: example.full, reader))
            }
            channels[channel] = Self.channel(topic, references)
            operations[(topic.name.hasPrefix("gateway.") ? "receive-" : "send-") + channel] = .object([
                "action": .string(topic.name.hasPrefix("gateway.") ? "receive" : "send"),
                "channel": Self.reference("#/channels/\(channel)"),
                "messages": .array(
                    references.keys.sorted().map { Self.reference("#/channels/\(channel)/messages/\($0)") }),
            ])
        }
        for service in ServiceName.allCases {
            let topic = Topic.receipts(of: service)
            let type = ReceiptIssued.type(of: service)
            let (channel, name) = (topic.name.replacing(".", with: "-"), type.replacing(".", with: "-"))
            messages[name] = Self.message(type, on: topic, try reader.schema(of: ReceiptIssued.self))
            channels[channel] = Self.channel(topic, [name: Self.reference("#/components/messages/\(name)")])
            operations["send-" + channel] = .object([
                "action": .string("send"), "channel": Self.reference("#/channels/\(channel)"),
                "messages": .array([Self.reference("#/channels/\(channel)/messages/\(name)")]),
            ])
        }
        let document: JSONValue = .object([
            "asyncapi": .string("3.0.0"),
            "info": .object(["title": .string("Muster"), "version": .string("1.0.0")]),
            "defaultContentType": .string("application/json"),
            "channels": .object(channels), "operations": .object(operations),
            "components": .object([
                "messages": .object(messages), "schemas": .object(reader.definitions.mapValues(\.json)),
                "messageTraits": .object(["cloudEvent": Self.cloudEvent]),
            ]),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    private static func message(_ type: String, on topic: Topic, _ payload: Schema) -> JSONValue {
        .object([
            "name": .string(type), "contentType": .string("application/json"),
            "traits": .array([reference("#/components/messageTraits/cloudEvent")]),
            "payload": payload.json,
            "bindings": .object([
                "kafka": .object([
                    "key": .object(["type": .string("string"), "description": .string(topic.key)]),
                    "bindingVersion": .string("0.5.0"),
                ])
            ]),
        ])
    }

    private static func schema<Payload: EventPayload>(of _: Payload, _ reader: SchemaReader) throws -> Schema {
        try reader.schema(of: Payload.self)
    }

    private static func channel(_ topic: Topic, _ messages: [String: JSONValue]) -> JSONValue {
        .object([
            "address": .string(topic.name), "messages": .object(messages),
            "bindings": .object([
                "kafka": .object([
                    "topic": .string(topic.name), "partitions": .integer(Int64(topic.partitions)),
                    "bindingVersion": .string("0.5.0"),
                ])
            ]),
        ])
    }

    private static func reference(_ path: String) -> JSONValue { .object(["$ref": .string(path)]) }

    private static let cloudEvent: JSONValue = {
        let string: JSONValue = .object(["type": .string("string")])
        let names = [
            "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema",
            "ce_recordedat",
            "ce_correlationid", "ce_causationid", "ce_actor", "traceparent",
        ]
        return .object([
            "headers": .object([
                "type": .string("object"),
                "required": .array(names.prefix(5).map { .string($0) }),
                "properties": .object(Dictionary(names.map { ($0, string) }) { first, _ in first }),
            ])
        ])
    }()
}
