import Contracts
import Foundation

extension Scenario {
    /// Two who want the same at the same time, one of whom is held up at the worst moment.
    static let races: [Scenario] = [
        Scenario(
            name: "hand-overs", about: "partitions change hands in order, in the middle of batches that take long",
            needsFailpoints: true, plan: { patient }
        ) { stage in
            for round in 0..<max(3, stage.rounds / 4) {
                let (staying, leaving) = (stage.city["dispatch"][0], stage.city["dispatch"][1])
                // Its batch is under way when the group asks for the partition: because the other one comes back.
                if round == 0 { _ = await leaving.stop() } else { await stage.handOver(from: staying, to: leaving) }
            }
        } also: { stage, _ in
            try stage.expectNoFence("a clean hand-over")
        },
        Scenario(
            name: "contention",
            about: "two replicas decide on one case at the same time, and the one is held up before it writes",
            needsFailpoints: true, plan: { patient }, hasTraffic: false
        ) { stage in
            for _ in 0..<6 { await stage.traffic.send(24) }
            let found = await waits(.seconds(20)) { (try? await stage.newCases().count) ?? 0 >= stage.rounds }
            guard found else { throw Broken("there are too few new cases to act on") }
            for (round, subject) in try await stage.newCases().prefix(stage.rounds).enumerated() {
                try await stage.contend(for: subject, round)
            }
        } also: { stage, _ in
            let others = try await stage.city.count(
                "select count(*) from dispatch.refusal where code = 'outside-reach'")
            guard others * 2 < stage.rounds else {
                throw Broken(
                    "\(others) of \(stage.rounds) cases had gone to somebody else, and nobody contended for them")
            }
        },
        Scenario(
            name: "settlements", about: "something is credited while what was before it is settled: it counts as well",
            needsFailpoints: true, plan: { patient }, hasTraffic: false
        ) { stage in
            let start = stage.city.start
            let bodies = (0..<stage.rounds).map { "late-\($0)" }
            await stage.traffic.send(bodies.map { TrafficPlan.consent(of: $0, at: start) })
            for body in bodies { try await stage.creditTwice(body) }
        } also: { stage, _ in
            let wrong = try await stage.city.texts(
                """
                select subject || ' has ' || sum(points) from credit.entry where rule like '%emergency-duty%'
                group by subject having sum(points) <> 400
                """)
            let count = try await stage.city.count(
                "select count(distinct subject) from credit.entry where rule like '%emergency-duty%'")
            guard wrong.isEmpty, count == stage.rounds else {
                throw Broken(
                    "two duties are 4.00 points; of \(count) bodies \(wrong.count) have others, \(wrong.first ?? "")")
            }
        },
        Scenario(
            name: "claimed-meanwhile",
            about: "some partitions of a batch that is committed with others are claimed by somebody else",
            needsFailpoints: true, plan: { patient }
        ) { stage in
            for round in 0..<stage.rounds {
                let replica = stage.random.pick(stage.city["dispatch"] + stage.city["credit"])
                // The second one is of what has gathered while the first one was under way.
                let order = try replica.arm("beforeCommit", "delay=300", pass: 2 + stage.random.below(2))
                guard await waits(.seconds(4), { replica.hasFired(order) }) else {
                    replica.disarm()
                    continue
                }
                try await stage.city.execute(
                    "update \(replica.service).consumer_offset set epoch = epoch + 1 where partition % 2 = \(round % 2)"
                )
                await stage.pause(milliseconds: 400...700)
            }
        },
    ]
}

extension Stage {
    func expectNoFence(_ event: String) throws {
        for replica in city.replicas where replica.logMentions("a batch was fenced off") {
            throw Broken("\(replica.name) was fenced off by \(event)")
        }
    }

    /// Has a replica hold a batch up while the group takes partitions from it, since another one joins; then that one leaves.
    fileprivate func handOver(from staying: Replica, to joining: Replica) async {
        // Longer than the other one needs to start and to join.
        guard let order = try? staying.arm("beforeCommit", "delay=8000", pass: 2) else { return }
        _ = await waits(.seconds(5)) { staying.hasFired(order) }
        try? joining.start()
        await pause(milliseconds: 8_500...9_500)
        try? await city.ready(joining)
        _ = await joining.stop()
    }

    /// The newest first: what was found yesterday has climbed by now, if that was in working hours, and is no chief's any more.
    fileprivate func newCases() async throws -> [EventID] {
        try await city.texts("select id::text from dispatch.matter where status = 'assigned' order by id desc")
            .compactMap { EventID($0) }
    }

    fileprivate func contend(for subject: EventID, _ round: Int) async throws {
        let replicas = city["dispatch"]
        let (held, free) = (replicas[round % 2], replicas[1 - round % 2])
        let order = try held.arm("groupDecided", "delay=600", pass: 1)
        let (accept, whistle) = (
            TrafficPlan.accept(subject, "accept-\(round)", at: city.start),
            TrafficPlan.whistle(on: subject, "whistle-\(round)", at: city.start)
        )
        async let first: Void = traffic.send([accept], to: held)
        if await waits(.seconds(3), { held.hasFired(order) }) { await traffic.send([whistle], to: free) }
        await first
    }

    /// The second time while the first one is being settled, and nothing of it written.
    fileprivate func creditTwice(_ body: String) async throws {
        // A replica's other timers would take the order.
        guard
            await waits(
                .seconds(20),
                {
                    (try? await city.count("select count(*) from credit.timer where due_at < now() + interval '3 s'"))
                        == 0
                })
        else { throw Broken("credit does not come to rest") }
        guard let first = TrafficPlan.duty(of: body, 1, at: city.start),
            let second = TrafficPlan.duty(of: body, 2, at: city.start)
        else { return }
        let orders = try city["credit"].map { ($0, try $0.arm("timersDecided", "delay=1200", pass: 1)) }
        await traffic.send([first])
        _ = await waits(.seconds(4)) { orders.contains { $0.hasFired($1) } }
        await traffic.send([second])
        for (replica, _) in orders { replica.disarm() }
    }
}
