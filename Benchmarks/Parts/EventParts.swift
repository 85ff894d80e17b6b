import Contracts
import Kafka

@testable import ServiceKit
@testable import muster_intake

/// A finding's way through intake.
enum EventParts {
    static let grid = UnitCode("371082007013001")
    static let chief = PersonID("p-1")
    static let opening = Instant("2026-11-24T09:00:00+08:00") ?? Instant(milliseconds: 0)

    static func all() throws -> [Part] {
        guard let grid, let chief else { return [] }
        let finding = FindingReported(
            grid: grid, place: Place(unit: grid, label: "3号楼2单元"), category: "city-appearance.rubbish.exposed",
            severity: .normal, text: "楼道里堆放杂物，影响通行，居民多次反映")
        let envelope = EventEnvelope(
            id: "finding-1", source: "app", type: FindingReported.type, time: opening, actor: chief)
        let value = try EventJSON.encode(finding)
        let headers = Headers(of: envelope)
        let structured = try structured(envelope, finding)
        let directory = DirectoryView(
            units: [grid: UnitListed(unit: grid, name: "一网格", retired: nil)],
            postings: [
                chief: [Posting(role: .gridChief, unit: grid, from: Instant(milliseconds: 0), to: nil)]
            ], departments: [:], gateways: ["app": [FindingReported.type]])
        let recorded = FindingRecorded(
            finding: EventID.derived(from: "app", at: opening, type: FindingRecorded.type, subject: "finding-1"),
            grid: grid, place: finding.place, category: finding.category, severity: .normal, text: finding.text)
        let event = Event(recorded, by: .intake, causedBy: envelope, recordedAt: opening, ordinal: 0)
        return [
            Part("decode: a finding's headers and data (binary mode)") {
                let raw = try CloudEvents.read(header: { headers[$0] }, value: value)
                return try EventJSON.decode(FindingReported.self, from: raw.data).text.utf8.count
            },
            Part("decode: the same in structured mode") {
                let raw = try CloudEvents.read(
                    header: { $0 == "content-type" ? Self.structuredType : nil }, value: structured)
                return try EventJSON.decode(FindingReported.self, from: raw.data).text.utf8.count
            },
            Part("decide: may the reporter, is the unit known") {
                PatrolDecision(envelope, grid: grid, unit: grid, in: directory, arrival: nil, at: opening)
                    == .store ? 1 : 0
            },
            Part("decide: the id of what follows") {
                EventID.derived(from: "app", at: opening, type: FindingRecorded.type, subject: "finding-1").uuid
                    .hashValue
            },
            Part("encode: the finding's event for the outbox") {
                try OutboxMessage(event, data: EventJSON.encode(event.payload)).value?.count ?? 0
            },
        ]
    }

    private static let structuredType = Array("application/cloudevents+json".utf8)[...]

    private static func structured(_ envelope: EventEnvelope, _ finding: FindingReported) throws -> [UInt8] {
        var members = CloudEvents.headers(of: envelope).reduce(into: [String: JSONValue]()) { members, header in
            guard header.name.hasPrefix("ce_") else { return }
            members[String(header.name.dropFirst(3))] = .string(header.value)
        }
        members["data"] = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(finding))
        return try EventJSON.encode(JSONValue.object(members))
    }
}
