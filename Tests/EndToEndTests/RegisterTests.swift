import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import TestSupport
import Testing

/// What neighbours know about each other: who gets to see it, and who is told on.
@Suite(.timeLimit(.minutes(5)))
struct RegisterTests {
    private struct Fact: Decodable {
        let attribute: String
        let value: String
        let masked: Bool
    }

    private struct Looks: Decodable {
        struct Look: Decodable, Equatable {
            let person: String
            let purpose: String
            let shown: String
        }

        let looks: [Look]
    }

    private static let facts = ["phone": "13812345678", "address": "文化路12号3单元402", "residents": "3"]

    private func visit(_ city: Deployment) async throws {
        let visit = VisitReported(
            grid: City.grid, place: Place(unit: City.building, label: "402"), outcome: .met, minutes: 10,
            facts: Self.facts.sorted { $0.key < $1.key }.map {
                RegisterFact(register: .homes, subject: "home-1", attribute: $0.key, value: $0.value)
            })
        let answer = try await city.post(
            "intake", "/v1/visits", token: try city.token("--role", "grid"),
            Item(id: "v-1", time: City.now(), payload: visit))
        #expect(answer.status == .created)
    }

    private func look(_ city: Deployment, _ role: String, purpose: String?) async throws -> Client.Response {
        let query = purpose.map { "?purpose=\($0)" } ?? ""
        return try await city.get(
            "intake", "/v1/registers/homes/home-1\(query)", token: try city.token("--role", role))
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `who may see the whole does, others see it masked, and every look is recorded`() async throws {
        try await Deployment.use { city in
            try await visit(city)
            // The chief who knocks there sees what he was told; the town sees that there is a phone, and not its number.
            for (role, isMasked) in [("grid", false), ("community", false), ("town", true), ("city", true)] {
                let answer = try await look(city, role, purpose: "yearly-check")
                #expect(answer.status == .ok)
                let facts = try EventJSON.decode([Fact].self, from: answer.body)
                let seen = Dictionary(uniqueKeysWithValues: facts.map { ($0.attribute, $0.value) })
                let masked = ["phone": "138****5678", "address": "文化路****", "residents": "3"]
                #expect(seen == (isMasked ? masked : Self.facts), "to \(role)")
                #expect(facts.filter(\.masked).count == (isMasked ? 2 : 0))
            }
            // Without a purpose, or from elsewhere, nobody sees anything.
            #expect(try await look(city, "grid", purpose: nil).status == .badRequest)
            #expect(try await look(city, "department", purpose: "curious").status == .forbidden)
            #expect(try await look(city, "resident", purpose: "curious").status == .forbidden)
            // And the auditor finds each of them, the refused ones, too.
            let auditor = try city.token("--subject", "p-auditor-1")
            #expect(
                try await city.get("intake", "/v1/looks", token: try city.token("--role", "city")).status == .forbidden)
            let answer = try await city.get("intake", "/v1/looks?register=homes&subject=home-1", token: auditor)
            let looks = try EventJSON.decode(Looks.self, from: answer.body).looks.reversed()
            #expect(
                looks.map { "\($0.person) \($0.purpose) \($0.shown)" } == [
                    "p-grid-1 yearly-check whole", "p-community-1 yearly-check whole", "p-town-1 yearly-check masked",
                    "p-city-1 yearly-check masked", "p-department-1 curious refused", "p-resident-1 curious refused",
                ])
            // Nothing of it is there to be read by whoever has only the database.
            for (secret, table) in Self.facts.values.filter({ $0.count > 1 }).flatMap({ [($0, "fact"), ($0, "visit")] })
            {
                #expect(
                    try await city.count(
                        "select count(*) from intake.\(table) t where t::text like '%\(secret)%' "
                            + "or t::text like '%' || encode('\(secret)', 'hex') || '%'") == 0, "\(secret) in \(table)")
            }
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a dead letter is sealed, shown masked, whole for a reason, and replayed`() async throws {
        try await Deployment.use { city in
            // Given a record of a type that nobody reads yet, with a phone number in it
            var event = City.reported("f-1", at: City.now())
            event.envelope.type = "muster.gateway.unheard-of.v1"
            event.payload.text = "call 13812345678"
            try await city.publish([event])
            try await eventually("it is published to the dead topic", within: .seconds(30)) {
                try city.muster("dead", "list", "intake").contains("unknown-type")
            }
            let list = try city.muster("dead", "list", "intake", "--json")
            let place = try #require(list.firstMatch(of: #/"place":"([0-9:]+)"/#)).1
            #expect(!list.contains("13812345678"))
            // Without keys it does not open; with them it is masked
            #expect(throws: Program.Failed.self) { try city.muster("dead", "show", "intake", String(place)) }
            let keys = ["MUSTER_COLUMN_KEYS": Deployment.columnKeys]
            let masked = try city.muster("dead", "show", "intake", String(place), environment: keys)
            #expect(masked.contains("(16 characters)") && masked.contains("city-appearance.rubbish.exposed"))
            #expect(!masked.contains("13812345678"))
            // Whole only for a reason, which is kept
            #expect(throws: Program.Failed.self) {
                try city.muster("dead", "show", "intake", String(place), "--whole", environment: keys)
            }
            #expect(try await city.count("select count(*) from intake.dead_look") == 0)
            let whole = try city.muster(
                "dead", "show", "intake", String(place), "--whole", "--reason", "the sender asks", environment: keys)
            #expect(whole.contains("call 13812345678"))
            #expect(
                try await city.count("select count(*) from intake.dead_look where reason = 'the sender asks'") == 1)
            // And it comes back as it was: it dies again of the same.
            _ = try city.muster("dead", "replay", "intake", String(place), environment: keys)
            try await eventually("it is dead again", becomes: 2, within: .seconds(30)) {
                try await city.count("select coalesce(sum(dead), 0) from intake.stage_count")
            }
        }
    }
}
