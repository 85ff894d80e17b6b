import Contracts
import Foundation
import HTTPClient

extension Scenario {
    static let operations: [Scenario] = [
        Scenario(
            name: "rolling-restart",
            about: "each process in turn is restarted under load: one retry mends every request"
        ) {
            stage in
            for replica in stage.city.replicas {
                let code = await replica.stop()
                guard code == 0 else { throw Broken("\(replica.name) did not end in order") }
                try replica.start()
                try await stage.city.ready(replica)
            }
        } also: { stage, _ in
            let attempts = await stage.traffic.ledger.mostAttempts
            if attempts > 2 { throw Broken("a request needed \(attempts) attempts") }
        },
        Scenario(
            name: "clocks", about: "replicas whose clocks disagree by two minutes", patience: .seconds(240),
            horizon: 65
        ) { stage in
            for replica in stage.city.replicas {
                _ = await replica.stop()
                try replica.start(["MUSTER_CLOCK_OFFSET_MS": replica.number == 1 ? "60000" : "-60000"])
                try await stage.city.ready(replica)
            }
            await stage.pause(milliseconds: 4_000...5_000)
        },
        Scenario(
            name: "clock-stepped", about: "a replica's wall clock is set forward and back while it runs",
            needsFailpoints: true
        ) { stage in
            for _ in 0..<stage.rounds {
                let replica = stage.random.pick(stage.city.replicas)
                // Tokens forgive half a minute, events five: what is refused beyond that is right.
                let step = stage.random.below(2) == 0 ? stage.random.below(240_000) : -stage.random.below(25_000)
                try replica.stepClock(milliseconds: step)
                await stage.pause(milliseconds: 300...900)
                if stage.random.below(2) == 0 { try replica.stepClock(milliseconds: 0) }
            }
            for replica in stage.city.replicas { try replica.stepClock(milliseconds: 0) }
        },
        Scenario(
            name: "migrations", about: "muster migrate is killed before a migration is committed",
            needsFailpoints: true, hasTraffic: false
        ) {
            stage in
            for round in 0..<stage.rounds {
                try await stage.killMigration(pass: 1 + round % 4)
            }
        },
        Scenario(
            name: "all-mixed", about: "kills, zombies, ended connections and restarts, mixed at random",
            needsFailpoints: true
        ) {
            stage in
            for _ in 0..<stage.rounds {
                switch stage.random.below(6) {
                case 0, 1: await stage.killAtRandom(stage.random.pick(stage.city.replicas))
                case 2, 3:
                    let (point, services) = stage.random.pick(points)
                    await stage.kill(stage.random.pick(stage.city[stage.random.pick(services)]), at: point)
                case 4:
                    _ = try? await stage.city.count(
                        """
                        select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() and usename <> current_user
                        """)
                default:
                    let replica = stage.random.pick(stage.city.replicas)
                    try await stage.stopAndGoOn(replica, at: "beforeCommit")
                }
            }
        },
    ]
}

extension Stage {
    /// In a database of its own: killed in the n-th migration, run again, and then whole.
    fileprivate func killMigration(pass: Int) async throws {
        let name = "\(city.name)_m\(random.below(1_000_000))"
        try await city.execute("create database \(name)", on: "postgres")
        let prefix = city.folder.appending(path: name).path
        try Data("1 migration kill \(pass)".utf8).write(to: URL(filePath: prefix + ".armed"))
        var environment = city.tools
        environment["MUSTER_POSTGRES_URL"] = FaultCity.database(name, of: city.servers.postgres)
        let result: Result<Void, any Error>
        do {
            let wasKilled =
                (try? city.programs.muster(["migrate"], environment.merging(["MUSTER_FAULTS": prefix]) { $1 })) == nil
            guard wasKilled else { throw Broken("muster migrate was not killed at its migration \(pass)") }
            journal.add(.init(kind: .kill, scenario: scenario, seed: seed, point: "migration", service: "muster"))
            try city.programs.muster(["migrate"], environment)
            let again = try city.programs.muster(["migrate"], environment)
            guard !again.isEmpty else { throw Broken("muster migrate says nothing") }
            result = .success(())
        } catch { result = .failure(error) }
        try await city.execute("drop database \(name) with (force)", on: "postgres")
        for service in ServiceName.allCases {
            try? await city.execute("drop role if exists \(name)_\(service.rawValue)", on: "postgres")
        }
        try result.get()
    }
}
