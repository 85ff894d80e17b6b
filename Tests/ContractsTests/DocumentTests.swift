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

/// JSON Schemas read off the two examples of a type: what both have is required.
enum MemberShape {
    static func members(of payload: any EventPayload) throws -> [String: JSONValue] {
        guard case .object(let members) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(payload)) else {
            return [:]
        }
        return members
    }

    static func schema(_ full: JSONValue, minimal: JSONValue? = nil) -> JSONValue {
        switch full {
        case .null: .object([:])
        case .bool: .object(["type": .string("boolean")])
        case .integer: .object(["type": .string("integer")])
        case .number: .object(["type": .string("number")])
        case .string: .object(["type": .string("string")])
        case .array(let items):
            .object(["type": .string("array"), "items": items.first.map { schema($0) } ?? .object([:])])
        case .object(let members):
            object(members, minimal: minimal)
        }
    }

    private static func object(_ members: [String: JSONValue], minimal: JSONValue?) -> JSONValue {
        var required = Array(members.keys)
        var inner: [String: JSONValue] = [:]
        if case .object(let few)? = minimal {
            required = Array(few.keys)
            inner = few
        }
        return .object([
            "type": .string("object"),
            "required": .array(required.sorted().map { .string($0) }),
            "properties": .object(
                Dictionary(members.map { ($0.key, schema($0.value, minimal: inner[$0.key])) }) { first, _ in first }),
        ])
    }
}

/// AsyncAPI 3.0 with one channel per topic and one message per type.
struct AsyncAPIDocument {
    let text: String

    init() throws {
        var channels: [String: JSONValue] = [:]
        var operations: [String: JSONValue] = [:]
        var messages: [String: JSONValue] = [:]
        var schemas: [String: JSONValue] = [:]
        let byTopic = Dictionary(grouping: Example.all) { type(of: $0.full).topic }
        for (topic, examples) in byTopic {
            let channel = topic.name.replacing(".", with: "-")
            var references: [String: JSONValue] = [:]
            for example in examples {
                let name = type(of: example.full).type.replacing(".", with: "-")
                references[name] = Self.reference("#/components/messages/\(name)")
                messages[name] = .object([
                    "name": .string(type(of: example.full).type), "contentType": .string("application/json"),
                    "traits": .array([Self.reference("#/components/messageTraits/cloudEvent")]),
                    "payload": Self.reference("#/components/schemas/\(name)"),
                    "bindings": .object([
                        "kafka": .object([
                            "key": .object(["type": .string("string"), "description": .string(topic.key)]),
                            "bindingVersion": .string("0.5.0"),
                        ])
                    ]),
                ])
                schemas[name] = MemberShape.schema(
                    .object(try MemberShape.members(of: example.full)),
                    minimal: .object(try MemberShape.members(of: example.minimal)))
            }
            channels[channel] = .object([
                "address": .string(topic.name), "messages": .object(references),
                "bindings": .object([
                    "kafka": .object([
                        "topic": .string(topic.name), "partitions": .integer(Int64(topic.partitions)),
                        "bindingVersion": .string("0.5.0"),
                    ])
                ]),
            ])
            operations[(topic.name.hasPrefix("gateway.") ? "receive-" : "send-") + channel] = .object([
                "action": .string(topic.name.hasPrefix("gateway.") ? "receive" : "send"),
                "channel": Self.reference("#/channels/\(channel)"),
                "messages": .array(
                    references.keys.sorted().map { Self.reference("#/channels/\(channel)/messages/\($0)") }),
            ])
        }
        let document: JSONValue = .object([
            "asyncapi": .string("3.0.0"),
            "info": .object(["title": .string("Muster"), "version": .string("1.0.0")]),
            "defaultContentType": .string("application/json"),
            "channels": .object(channels), "operations": .object(operations),
            "components": .object([
                "messages": .object(messages), "schemas": .object(schemas),
                "messageTraits": .object(["cloudEvent": Self.cloudEvent]),
            ]),
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
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
