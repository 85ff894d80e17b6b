import Contracts
import Foundation
import Threads

extension Scenario {
    /// What lies between the services and others: networks, crowds, and other versions.
    static let storms: [Scenario] = [
        Scenario(
            name: "network", about: "the host of every second replica is cut off, one way or both, or is far away",
            plan: {
                var plan = FaultCity.Plan()
                plan.hasSecondHost = true
                return plan
            }
        ) { stage in
            guard let host = stage.city.secondHost else { return }
            for round in 0..<max(4, stage.rounds / 2) {
                switch round % 4 {
                case 0: try host.cut(.both)
                case 1: try host.cut(.fromIt)
                case 2: try host.cut(.toIt)
                default: host.delay(milliseconds: 20 + stage.random.below(200))
                }
                // Sometimes longer than the session and the leases last.
                await stage.pause(milliseconds: stage.random.below(3) == 0 ? 6_000...9_000 : 500...2_500)
                try host.heal()
                await stage.pause(milliseconds: 500...2_000)
            }
        },
        Scenario(
            name: "reconnect-storm",
            about: "447 grids come back at once, each with the visits of four hours, while the day goes on",
            plan: {
                var plan = patient
                if let folder = try? WideDirectory.make() { plan.directory = folder }
                return plan
            }, patience: .seconds(180)
        ) { stage in
            let replica = stage.city["intake"][0]
            // The database has just come back, too, and is slow: nobody is answered at once.
            let city = stage.city
            async let slow: Void = city.execute(
                "begin; lock table intake.input in access exclusive mode; select pg_sleep(4); rollback")
            let first = try await stage.storm(1, on: replica)
            try await slow
            let second = try await stage.storm(2, on: replica)
            let turnedAway = await stage.traffic.ledger.turnedAway
            let words =
                "  a storm took \(replica.name) from \(first.before) to \(first.peak) MB, the next one to \(second.peak) MB; \(turnedAway) answers were 429; all in within \(first.seconds) and \(second.seconds) s\n"
            FileHandle.standardError.write(Data(words.utf8))
            guard turnedAway > 0 else { throw Broken("no grid was told to come again later") }
            guard second.peak <= first.peak + 16, first.peak < 160 else {
                throw Broken("memory is not flat: \(first.before), \(first.peak), then \(second.peak) MB")
            }
        },
        Scenario(
            name: "version-skew", about: "this version beside a former one, on the same topics and tables",
            plan: {
                var plan = FaultCity.Plan()
                plan.formerPrograms = ProcessInfo.processInfo.environment["MUSTER_FORMER_PROGRAMS"]
                return plan
            }
        ) { stage in
            let city = stage.city
            guard ProcessInfo.processInfo.environment["MUSTER_FORMER_PROGRAMS"] != nil else {
                throw Skipped(reason: "MUSTER_FORMER_PROGRAMS names no folder with a former version's executables")
            }
            await stage.pause(milliseconds: 2_000...3_000)
            // Under the feet of the former ones, as an operator does it.
            try city.programs.muster(["migrate"], city.tools)
            try city.programs.muster(["topics", "create"], city.tools)
            await stage.pause(milliseconds: 2_000...3_000)
            for number in 1...2 {
                for replica in city.replicas where replica.number == number {
                    guard await replica.stop() == 0 else { throw Broken("\(replica.name) did not end in order") }
                    replica.upgrade(to: city.programs.folder)
                    try replica.start()
                    try await city.ready(replica)
                }
                for _ in 0..<stage.rounds / 4 { await stage.killAtRandom(stage.random.pick(city.replicas)) }
                await stage.pause(milliseconds: 3_000...4_000)
            }
        },
    ]
}

extension Stage {
    fileprivate struct StormFigures {
        var before = 0
        var peak = 0
        var seconds = 0
    }

    /// - Returns: the replica's memory in megabytes, and how long it took until all was in.
    fileprivate func storm(_ number: Int, on replica: Replica) async throws -> StormFigures {
        let began = ContinuousClock.now
        var figures = StormFigures(before: replica.residentBytes >> 20)
        let peak = Lock(0)
        let watch = Task {
            while !Task.isCancelled {
                let now = replica.residentBytes >> 20
                peak.withLock { $0 = max($0, now) }
                // A sample every so often.
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        await withTaskGroup { group in
            for grid in 0..<WideDirectory.grids {
                let visits = TrafficPlan.visits(of: grid, storm: number, at: city.start)
                group.addTask { await traffic.send(visits, to: replica) }
            }
        }
        watch.cancel()
        figures.peak = peak.withLock { $0 }
        figures.seconds = Int((ContinuousClock.now - began) / .seconds(1))
        return figures
    }
}
