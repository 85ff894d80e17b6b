import Contracts
import Foundation
import TestSupport
import Testing

/// SIGKILL at random moments, under traffic by both ways in; then everything must be there once.
@Suite(.timeLimit(.minutes(10)))
struct KillTests {
    /// The seed of a failing run is in its message: put it here to repeat it.
    @Test(.needsPostgres, .needsRealKafka, arguments: [1 as UInt64])
    func `nothing is lost and nothing is done twice when services are killed`(seed: UInt64) async throws {
        try await Deployment.use(replicas: 2) { city in
            var random = SeededGenerator(seed: seed)
            let gateway = try city.token("--gateway", "app")
            let start = City.now()
            let findings = 1_200
            let rounds = 12
            // Given traffic of which some is sent twice, half of that by the other way
            for round in 0..<rounds {
                let ids = (0..<findings / rounds).map { "f-\(round)-\($0)" }
                let byTopic = ids.filter { _ in random.next() % 2 == 0 }
                let byHTTP = ids.filter { !byTopic.contains($0) } + byTopic.filter { _ in random.next() % 20 == 0 }
                try await city.publish(byTopic.map { City.reported($0, at: start) })
                // When a service is killed while it is under way
                let victim = city.programs[Int(random.next() % UInt64(city.programs.count))]
                async let sent: Void = upload(byHTTP, at: start, gateway, city)
                // Somewhere within the round: when so many more findings are stored than before it.
                let share = Int(random.next() % UInt64(findings / rounds))
                try await eventually("a part of the round is stored", within: .seconds(30)) {
                    try await city.count("select count(*) from intake.finding") >= round * findings / rounds * 9 / 10
                        + share / 2
                }
                victim.kill()
                try victim.start()
                try await sent
            }
            // Then, once all is quiet
            try await eventually(
                "every finding has become a case (seed \(seed))", becomes: findings, within: .seconds(90)
            ) {
                try await city.count("select count(*) from dispatch.matter")
            }
            try await eventually("the outboxes are empty", becomes: 0, within: .seconds(30)) {
                try await city.count("(select count(*) from intake.outbox) + (select count(*) from dispatch.outbox)")
            }
            try await expectEachOnce(findings, city)
        }
    }

    /// A gateway's client: sends again, under the same ids, until it has an answer.
    private func upload(_ ids: [String], at time: Instant, _ token: String, _ city: Deployment) async throws {
        let items = ids.map { Item(id: $0, time: time, actor: City.chief, payload: City.finding()) }
        if items.isEmpty { return }
        try await eventually("an upload is answered", within: .seconds(60)) {
            for program in city.programs where program.name == "intake" {
                let answer = try? await city.post(to: program, "/v1/findings", token: token, items)
                guard let answer, answer.status == .ok else { continue }
                let receipts = try EventJSON.decode([Receipt].self, from: answer.body)
                #expect(receipts.allSatisfy { $0.verdict != .refused })
                return true
            }
            return false
        }
    }

    private func expectEachOnce(_ findings: Int, _ city: Deployment) async throws {
        #expect(try await city.count("select count(*) from intake.finding") == findings)
        #expect(
            try await city.count("select count(distinct (source, id)) from intake.input where source = 'app'")
                == findings)
        #expect(try await city.count("select count(*) from dispatch.matter_input") == findings)
        #expect(try await city.count("select count(distinct event_id) from dispatch.matter_input") == findings)
        // Sequence numbers without a gap, and the state is at the last one.
        #expect(
            try await city.count(
                """
                select count(*) from dispatch.matter m where m.version <> (
                    select count(*) from dispatch.history h where h.matter_id = m.id)
                """) == 0)
        // What was published: at least each event once; a repeat bears the same id.
        #expect(
            try await city.distinctEvents(on: .cases) == (try await city.count("select count(*) from dispatch.history"))
        )
        #expect(try await city.distinctEvents(on: .findings) == findings)
        #expect(try await city.count("select coalesce(sum(dead), 0) from dispatch.stage_count") == 0)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
