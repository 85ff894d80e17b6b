import Contracts
import Foundation
import HTTPClient
import TestSupport
import Testing

/// Credit's way through the real executables: what is done and reported becomes entries, and who may see them sees why.
@Suite(.timeLimit(.minutes(5)))
struct CreditTests {
    private let resident = Subject(kind: .resident, id: "p-resident-1")

    private func deed(_ id: String, at time: Instant) -> Item<DeedReported> {
        Item(
            id: id, time: time, actor: City.chief,
            payload: DeedReported(subject: resident, item: "snow-cleared", unit: City.grid, evidence: ["photo-1"]))
    }

    private func hours(_ id: String, at time: Instant) -> Item<HoursReported> {
        Item(
            id: id, time: time, actor: City.chief,
            payload: HoursReported(subject: resident, hours: 250, activity: "clean-up", unit: City.grid))
    }

    private struct Standing: Decodable {
        struct Grade: Decodable { let code: String }
        let consent: Bool
        let score: Int?
        let grade: Grade?
    }

    private struct Trajectory: Decodable {
        struct Line: Decodable {
            let item: String
            let state: String
            let points: Int
            let ruleVersion: Int
            let cause: String
        }
        let lines: [Line]
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a deed becomes a point that its subject can have explained, and others only for a reason`() async throws {
        try await Deployment.use(environment: ["MUSTER_CREDIT_SETTLE_SECONDS": "1"]) { city in
            let gateway = try city.token("--gateway", "app")
            let own = try city.token("--role", "resident")
            let time = City.now()
            // Given hours from before there was consent
            let early = try await city.post(
                "credit", "/v1/hours", token: gateway,
                hours("h-0", at: Instant(milliseconds: time.milliseconds - 60_000)))
            #expect(early.status == .created)
            #expect(try await standing(city, own).score == nil)
            // When she agrees, and a deed and hours are reported, some of it twice and by topic
            let consent = Item(id: "k-1", time: time, payload: ConsentChanged(subject: resident, given: true))
            #expect(try await city.post("credit", "/v1/consents", token: own, consent).status == .created)
            #expect(
                try await city.post("credit", "/v1/deeds", token: gateway, deed("d-1", at: time)).status == .created)
            #expect(
                try await city.post("credit", "/v1/hours", token: gateway, hours("h-1", at: time)).status == .created)
            try await city.publish([
                Event(
                    EventEnvelope(id: "d-1", source: "app", type: DeedReported.type, time: time, actor: City.chief),
                    deed("d-1", at: time).payload)
            ])
            // Then there are two entries, published once each, and a score
            try await eventually("both are entered", becomes: 2) {
                try await city.count("select count(*) from credit.entry")
            }
            let shown = try await standing(city, own)
            #expect(shown.consent)
            #expect(shown.score == 100_350)
            #expect(shown.grade?.code == "A")
            try await eventually("both are published", becomes: 2) { try await city.distinctEvents(on: .entries) }
            let path = "/v1/subjects/resident/p-resident-1/trajectory"
            let lines = try EventJSON.decode(
                Trajectory.self, from: try await city.get("credit", path, token: own).body
            ).lines
            #expect(Set(lines.map(\.cause)) == ["h-0", "h-1", "d-1"])
            #expect(lines.filter { $0.state == "counts" }.reduce(0) { $0 + $1.points } == 350)
            #expect(lines.allSatisfy { $0.ruleVersion == 1 })
            // And who looks at it needs a posting and a purpose, which she can read
            let chief = try city.token("--role", "grid")
            let official = try city.token("--role", "city")
            #expect(try await city.get("credit", path + "?purpose=curious", token: chief).status == .forbidden)
            #expect(try await city.get("credit", path, token: official).status == .badRequest)
            #expect(try await city.get("credit", path + "?purpose=appeal", token: official).status == .ok)
            let readers = try await city.get("credit", "/v1/subjects/resident/p-resident-1/readers", token: own)
            #expect(String(decoding: readers.body, as: UTF8.self).contains(#""purpose":"appeal""#))
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `sheets and rules are there for those whom they concern`() async throws {
        try await Deployment.use(environment: ["MUSTER_CREDIT_SETTLE_SECONDS": "1"]) { city in
            let staff = try city.token("--role", "department")
            let own = try city.token("--role", "resident")
            #expect(try await city.get("credit", "/v1/departments/D001/sheet", token: staff).status == .ok)
            #expect(try await city.get("credit", "/v1/departments/D002/sheet", token: staff).status == .forbidden)
            #expect(try await city.get("credit", "/v1/departments/D001/sheet", token: own).status == .forbidden)
            #expect(
                try await city.get("credit", "/v1/communities/371082007025/standing?period=2026", token: own).status
                    == .ok)
            #expect(try await city.get("credit", "/v1/rules", token: own).status == .ok)
            #expect(
                try await city.get("credit", "/v1/subjects/resident/p-resident-1", token: staff).status == .forbidden)
        }
    }

    private func standing(_ city: Deployment, _ token: String) async throws -> Standing {
        let answer = try await city.get("credit", "/v1/subjects/resident/p-resident-1", token: token)
        #expect(answer.status == .ok)
        return try EventJSON.decode(Standing.self, from: answer.body)
    }
}
