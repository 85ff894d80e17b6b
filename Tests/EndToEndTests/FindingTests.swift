import Contracts
import Foundation
import TestSupport
import Testing

/// A finding's way through real executables, a real Kafka and a real Postgres.
@Suite(.timeLimit(.minutes(5)))
struct FindingTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `a finding becomes one case, however often and whichever way it is sent`() async throws {
        try await Deployment.use { city in
            // Given a finding that a gateway sent over HTTP
            let gateway = try city.token("--gateway", "app")
            let time = City.now()
            let item = Item(id: "f-1", time: time, actor: City.chief, payload: City.finding())
            let first = try await city.post("intake", "/v1/findings", token: gateway, item)
            #expect(first.status == .created)
            // When it is sent again by the same way and by topic, twice
            let again = try await city.post("intake", "/v1/findings", token: gateway, item)
            #expect(again.status == .ok)
            #expect(try EventJSON.decode(Receipt.self, from: again.body).verdict == .known)
            let event = City.reported("f-1", at: time)
            try await city.publish([event, event])
            try await eventually("both copies by topic are known") {
                try await city.count(
                    "select coalesce(sum(known), 0) from intake.stage_count where stage = 'gateway.patrol'") == 2
            }
            // Then there is one finding and one case, which waits for the grid's chief
            try await eventually("the case is open") {
                try await city.count("select count(*) from dispatch.matter where owner_person = 'p-grid-1'") == 1
            }
            #expect(try await city.count("select count(*) from intake.finding") == 1)
            #expect(try await city.count("select count(*) from dispatch.history") == 1)
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `the same id with other content is a conflict, and costs nothing else`() async throws {
        try await Deployment.use { city in
            let token = try city.token("--role", "grid")
            let time = City.now()
            let good = Item(id: "f-1", time: time, payload: City.finding())
            let other = Item(id: "f-1", time: time, payload: City.finding("something else"))
            let next = Item(id: "f-2", time: time, payload: City.finding())
            let answer = try await city.post("intake", "/v1/findings", token: token, [good, other, next])
            let receipts = try EventJSON.decode([Receipt].self, from: answer.body)
            #expect(receipts.map(\.verdict) == [.taken, .refused, .taken])
            #expect(receipts[1].reason?.code == "conflict")
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `poison on a topic goes to the dead topic with its reason, and the partition goes on`() async throws {
        try await Deployment.use { city in
            let time = City.now()
            var poison = City.reported("f-poison", at: time)
            poison.envelope.type = "muster.gateway.unheard-of.v1"
            try await city.publish([poison, City.reported("f-good", at: time)])
            try await eventually("the good one behind it is stored") {
                try await city.count("select count(*) from intake.finding") == 1
            }
            #expect(
                try await city.count("select sum(dead) from intake.stage_count where stage = 'gateway.patrol'") == 1)
            try await eventually("the dead letter is published") {
                try await city.count(
                    "select coalesce(sum(messages), 0) from intake.published_count where topic = 'intake.dead'") == 1
            }
            // Then its sender is told, as the sender of the good one is
            try await eventually("both have their receipts") {
                try await city.records(of: .receipts(of: .intake)).count == 2
            }
            let receipts = try await city.records(of: .receipts(of: .intake)).map {
                try EventJSON.decode(ReceiptIssued.self, from: $0.value ?? [])
            }
            let told = try #require(receipts.first { $0.receipt.id == poison.envelope.id })
            #expect(told.source == poison.envelope.source && told.receipt.verdict == .refused)
            #expect(told.receipt.reason?.code == "malformed")
        }
    }
}
