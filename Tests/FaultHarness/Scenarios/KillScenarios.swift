import Foundation

extension Scenario {
    /// Which services pass a point, as they work.
    static let points: [(point: String, services: [String])] = [
        ("afterFence", ["intake", "dispatch", "credit", "notify"]),
        ("beforeCommit", ["intake", "dispatch", "credit", "notify"]),
        ("afterCommit", ["intake", "dispatch", "credit", "notify"]),
        ("groupDecided", ["intake", "dispatch", "credit"]),
        ("groupCommitted", ["intake", "dispatch", "credit"]),
        ("timersClaimed", ["dispatch", "credit"]),
        ("timersDecided", ["dispatch", "credit"]),
        ("sentUnmarked", ["intake", "dispatch", "credit", "notify"]),
        ("noticeSent", ["notify"]),
        ("rebalance", ["intake", "dispatch", "credit", "notify"]),
    ]

    /// Sessions long enough that a busy machine ends none by itself.
    static var patient: FaultCity.Plan {
        var plan = FaultCity.Plan()
        plan.environment["MUSTER_KAFKA_SESSION_TIMEOUT_MS"] = "15000"
        return plan
    }

    static let kills: [Scenario] = [
        Scenario(
            name: "kills-at-points", about: "kill -9 at every named point in turn, under load", needsFailpoints: true
        ) { stage in
            for round in 0..<stage.rounds {
                let (point, services) = points[round % points.count]
                await stage.kill(stage.random.pick(stage.city[stage.random.pick(services)]), at: point)
            }
        },
        Scenario(name: "kills-at-random", about: "kill -9 at any moment at which something is in flight") { stage in
            for _ in 0..<stage.rounds {
                await stage.killAtRandom(stage.random.pick(stage.city.replicas))
            }
        },
        Scenario(
            name: "zombies", about: "SIGSTOP past session time-out and lease, then SIGCONT", needsFailpoints: true
        ) { stage in
            for round in 0..<stage.rounds {
                let point = ["beforeCommit", "timersClaimed", "sentUnmarked", "timersDecided"][round % 4]
                let service =
                    point.hasPrefix("timers")
                    ? "credit" : stage.random.pick(["intake", "dispatch", "credit", "notify"])
                try await stage.stopAndGoOn(stage.random.pick(stage.city[service]), at: point)
            }
        },
        Scenario(name: "terminations", about: "SIGTERM under load: each must end in order, with exit code 0") { stage in
            for _ in 0..<stage.rounds {
                let replica = stage.random.pick(stage.city.replicas)
                await stage.pause(milliseconds: 50...400)
                let code = await replica.stop()
                guard code == 0 else {
                    throw Broken("\(replica.name) ended with \(code.map { "\($0)" } ?? "no code in 40 s")")
                }
                try replica.start()
                try await stage.city.ready(replica)
            }
        },
        Scenario(
            name: "calm", about: "nobody dies: nothing may be published twice", plan: { patient }
        ) { stage in
            await stage.pause(milliseconds: 4_000...5_000)
        } also: { _, audit in
            let repeats = try await audit.repeats()
            if repeats > 0 { throw Broken("\(repeats) events were published twice though nobody died") }
        },
    ]
}

extension Stage {
    /// Kills a replica as it passes a point, and starts it again.
    func kill(_ chosen: Replica, at point: String) async {
        // A place's timers are acted on by one replica: where that is not this one, it is another.
        let others = point.hasPrefix("timers") ? city[chosen.service].filter { $0.number != chosen.number } : [chosen]
        for replica in [chosen] + others + [chosen] {
            if await killNow(replica, at: point) { return }
        }
        noteMissed(chosen, point: point)
    }

    /// - Returns: whether it passed the point within a few seconds.
    private func killNow(_ replica: Replica, at point: String) async -> Bool {
        if !replica.isRunning { try? replica.start() }
        try? await city.ready(replica)
        // Intake, which reads one topic, passes that point once in a rebalance, and the next one may be long in coming.
        let pass = point == "rebalance" ? 1 : 1 + random.below(3)
        guard let order = try? replica.arm(point, "kill", pass: pass) else { return false }
        await bringAbout(point, in: replica)
        let isKilled = await waits(.seconds(4)) { !replica.isRunning } && replica.hasFired(order)
        if isKilled { noteKill(replica, point: point, inFlight: replica.inFlight) } else { replica.disarm() }
        if !replica.isRunning { try? replica.start() }
        return isKilled
    }

    /// Makes happen what traffic alone brings about too rarely.
    private func bringAbout(_ point: String, in replica: Replica) async {
        switch point {
        case "rebalance":
            // A group that loses a member, or gets one, deals its partitions out anew.
            guard let sibling = city[replica.service].first(where: { $0.number != replica.number }) else { return }
            sibling.kill9()
            try? sibling.start()
        case "noticeSent":
            // A webhook takes 60 notices a minute and a robot 20: traffic uses that up in its first seconds, and for the rest of the
            // minute nothing is sent. Once what was sent is forgotten, what waits goes out at once.
            try? await city.execute(
                "update notify.lane set free_at = '-infinity', record = jsonb_set(record, '{admitted}', '[]')")
        default: break
        }
    }

    /// Kills a replica at a moment at which it has something in flight: it is stopped, looked at, and killed or let go on.
    func killAtRandom(_ replica: Replica) async {
        if !replica.isRunning { try? replica.start() }
        try? await city.ready(replica)
        await pause(milliseconds: 0...120)
        for _ in 0..<200 {
            replica.signal(SIGSTOP)
            let inFlight = replica.inFlight
            if inFlight.contains(where: { $0 > 0 }) || !control.hasFailpoints {
                replica.kill9()
                noteKill(replica, point: nil, inFlight: inFlight)
                try? replica.start()
                return
            }
            replica.signal(SIGCONT)
            await pause(milliseconds: 1...9)
        }
        noteMissed(replica, point: "at random")
    }

    /// Stops a replica as it passes a point, for longer than its session and sometimes its leases last.
    func stopAndGoOn(_ replica: Replica, at point: String) async throws {
        try await city.ready(replica)
        let order = try replica.arm(point, "stop", pass: 1 + random.below(3))
        guard await waits(.seconds(6), { replica.hasFired(order) }) else {
            replica.disarm()
            return noteMissed(replica, point: point)
        }
        await pause(milliseconds: random.below(3) == 0 ? 6_000...7_000 : 1_500...2_500)
        replica.signal(SIGCONT)
        journal.add(
            .init(kind: .kill, scenario: scenario, seed: seed, point: "stopped at \(point)", service: replica.service))
        // It finds out by itself; should it have given up, it is started again as a supervisor would.
        if await waits(.milliseconds(500), { !replica.isRunning }) { try replica.start() }
    }
}
