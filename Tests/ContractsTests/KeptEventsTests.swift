import Contracts
import Foundation
import Testing

/// Events as earlier versions wrote them: they lie on topics for weeks, and must still be read.
///
/// `kept-events.jsonl` holds a line of each type as it was when the type was new, and after each change of it. Lines are
/// only added. Until the first release `MUSTER_WRITE_KEPT=1` writes the file anew.
@Suite struct KeptEventsTests {
    private struct Kept: Codable {
        let type: String
        let key: String
        let subject: String
        /// The event's bytes.
        let data: String
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "kept-events.jsonl")

    private static func lines() throws -> [Kept] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Kept.self, from: Data($0.utf8))
        }
    }

    private static func kept(_ payload: some EventPayload) throws -> Kept {
        Kept(
            type: type(of: payload).type, key: payload.key, subject: payload.subject,
            data: String(decoding: try EventJSON.encode(payload), as: UTF8.self))
    }

    @Test func `what was written is read as what it was`() throws {
        if ProcessInfo.processInfo.environment["MUSTER_WRITE_KEPT"] == "1" {
            let all = try Example.all.flatMap { [try Self.kept($0.full), try Self.kept($0.minimal)] }
            let text = try all.map { String(decoding: try EventJSON.encode($0), as: UTF8.self) + "\n" }.joined()
            try Data(text.utf8).write(to: Self.file)
        }
        let types = Dictionary(uniqueKeysWithValues: EventCatalog.all.map { ($0.type, $0) })
        for kept in try Self.lines() {
            func read<Payload: EventPayload>(_: Payload.Type) throws {
                let payload = try EventJSON.payload(Payload.self, from: Array(kept.data.utf8))
                #expect(payload.key == kept.key && payload.subject == kept.subject, "\(kept.type)")
                // Nothing of what it said is lost on the way through this version.
                guard case .object(let before) = try EventJSON.decode(JSONValue.self, from: Array(kept.data.utf8)),
                    case .object(let after) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(payload))
                else {
                    Issue.record("\(kept.type) is no object")
                    return
                }
                for (name, value) in before { #expect(after[name] == value, "\(kept.type): \(name)") }
            }
            guard let type = types[kept.type] else {
                Issue.record("\(kept.type) is gone: a type is never taken away while events of it are kept")
                continue
            }
            try read(type)
        }
    }

    @Test func `every type has a line`() throws {
        let lines = try Self.lines()
        for type in EventCatalog.all {
            #expect(lines.contains { $0.type == type.type }, "\(type.type) has no line yet")
        }
    }

    /// Headers as the first version wrote them, which knew neither who acted nor what it all began with.
    @Test func `an envelope without the later attributes is read, and gets its defaults`() throws {
        let headers = [
            "ce_specversion": "1.0", "ce_id": "01a20d14-c250-8161-a86c-f842d86e1de1", "ce_source": "muster/intake",
            "ce_type": "muster.finding.recorded.v1", "ce_time": "2026-11-24T00:30:00.250Z",
            "content-type": "application/json",
        ]
        let raw = try CloudEvents.read(header: { headers[$0].map { Array($0.utf8)[...] } }, value: Array("{}".utf8))
        #expect(raw.envelope.actor == nil && raw.envelope.causationID == nil && raw.envelope.recordedAt == nil)
        #expect(raw.envelope.correlationID == raw.envelope.id)
    }
}
