import Contracts
import Foundation
import Postgres

extension Scenario {
    static let postgres: [Scenario] = [
        Scenario(name: "postgres-backends", about: "server processes of the services' connections are ended at random")
        {
            stage in
            for _ in 0..<stage.rounds {
                await stage.pause(milliseconds: 50...300)
                _ = try await stage.city.count(
                    """
                    select count(*) filter (where pg_terminate_backend(pid)) from (
                        select pid from pg_stat_activity
                        where datname = current_database() and usename like '%\\_%' and pid <> pg_backend_pid()
                            and usename <> current_user
                        order by md5(pid::text || '\(stage.random.below(1_000))') limit 3) as chosen
                    """)
            }
        },
        Scenario(
            name: "postgres-stops", about: "the server stops at once, as in a crash, and is started again",
            needsOwnServers: true
        ) {
            stage in
            for _ in 0..<max(1, stage.rounds / 8) {
                await stage.pause(milliseconds: 800...1_500)
                try await stage.control.stopPostgresAtOnce()
                await stage.pause(milliseconds: 200...3_000)
                try stage.control.startPostgres()
                await stage.pause(milliseconds: 500...1_000)
            }
        },
        Scenario(name: "postgres-connections", about: "no connection is to be had for a while") { stage in
            for _ in 0..<max(1, stage.rounds / 8) {
                try await stage.limitConnections(to: 0)
                await stage.pause(milliseconds: 2_000...4_000)
                try await stage.limitConnections(to: -1)
                await stage.pause(milliseconds: 500...1_000)
            }
        },
        Scenario(name: "postgres-locks", about: "somebody holds a lock on a table that every batch needs") { stage in
            for _ in 0..<max(1, stage.rounds / 4) {
                let table = stage.random.pick([
                    "intake.input", "dispatch.matter", "credit.input", "notify.input", "dispatch.outbox",
                ])
                let seconds = Double(1 + stage.random.below(3))
                try await stage.city.execute(
                    "begin; lock table \(table) in access exclusive mode; select pg_sleep(\(seconds)); rollback")
                await stage.pause(milliseconds: 200...600)
            }
        },
        Scenario(
            name: "postgres-disk-full", about: "the file system of the tables is full for a while",
            needsOwnServers: true
        ) {
            stage in
            let disk = try await SmallDisk(stage.city)
            for _ in 0..<max(1, stage.rounds / 8) {
                try disk.fill()
                let isNoticed = await waits(.seconds(20)) {
                    stage.city.replicas.contains { $0.logMentions("No space left") || $0.logMentions("53100") }
                }
                guard isNoticed else { throw Broken("no replica said that the disk is full") }
                await stage.pause(milliseconds: 1_000...2_000)
                disk.empty()
                await stage.pause(milliseconds: 1_000...2_000)
            }
        },
        Scenario(
            name: "replies-lost", about: "the commit holds and its reply is lost on the way",
            plan: {
                var plan = patient
                plan.postgresDetour = "proxy"
                return plan
            }
        ) { stage in
            for _ in 0..<stage.rounds * 2 {
                stage.proxy?.loseReplies(1 + stage.random.below(4), stage.random)
                // Of the one statement that every group of writes over HTTP has, and of the one of every batch.
                stage.proxy?.loseReplies(to: "commit_mark", 1)
                stage.proxy?.loseReplies(to: "fence_move", 1)
                await stage.pause(milliseconds: 100...250)
            }
        } also: { stage, _ in
            // Whoever asks whether a commit held whose reply it never got finds that it did.
            try stage.expectNoFence("a lost reply")
        },
    ]
}

extension Stage {
    /// Limits every service's role, and ends the connections that it has.
    fileprivate func limitConnections(to limit: Int) async throws {
        for service in ServiceName.allCases {
            try await city.execute("alter role \(city.name)_\(service.rawValue) connection limit \(limit)")
        }
        guard limit == 0 else { return }
        _ = try await city.count(
            """
            select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and usename <> current_user
            """)
    }
}

/// A file system of some megabytes that the tables which grow most are moved to.
private struct SmallDisk: Sendable {
    private let folder: String

    init(_ city: FaultCity) async throws {
        let folder = "/var/tmp/\(city.name)"
        self.folder = folder
        do {
            try Programs.run(
                URL(filePath: "/bin/sh"),
                [
                    "-c",
                    "mkdir -p \(folder) && mount -t tmpfs -o size=24m,mode=0777 tmpfs \(folder) && mkdir -m 0700 \(folder)/space && chown postgres \(folder)/space",
                ], [:])
        } catch { throw Skipped(reason: "this machine does not let us mount a small file system") }
        let space = "\(city.name)_small"
        city.afterwards {
            try? await city.execute("drop tablespace if exists \(space)", on: "postgres")
            _ = try? Programs.run(URL(filePath: "/bin/sh"), ["-c", "umount \(folder) && rmdir \(folder)"], [:])
        }
        try await city.execute("create tablespace \(space) location '\(folder)/space'", on: "postgres")
        for service in ServiceName.allCases.map(\.rawValue) {
            for table in ["input", "outbox"] {
                try await city.execute("alter table \(service).\(table) set tablespace \(space)")
            }
        }
    }

    func fill() throws {
        // It is meant to fail: that is when the disk is full.
        _ = try? Programs.run(URL(filePath: "/bin/dd"), ["if=/dev/zero", "of=\(folder)/ballast", "bs=4k"], [:])
    }

    func empty() { try? FileManager.default.removeItem(atPath: "\(folder)/ballast") }
}
