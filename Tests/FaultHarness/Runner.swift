import Contracts
import Foundation

/// Plays scenarios one after the other, each in a city of its own.
struct Runner: Sendable {
    let control: ServerControl
    let journal: Journal

    /// - Returns: whether nothing was broken.
    func play(_ scenario: Scenario, seed: UInt64, rounds: Int, mutation: Mutation = Mutation()) async -> Journal.Entry {
        let began = ContinuousClock.now
        var entry = Journal.Entry(kind: .passed, scenario: scenario.name, seed: seed)
        do {
            if scenario.needsFailpoints, !control.hasFailpoints {
                throw Skipped(reason: "it needs the build with failpoints: make faults")
            }
            if scenario.needsOwnServers, control.postgresFolder == nil || control.kafkaFolder == nil {
                throw Skipped(reason: "it stops servers, and these are not the run's own: make faults starts some")
            }
            try await attempt(scenario, seed, rounds, mutation)
        } catch let skipped as Skipped {
            entry.kind = .skipped
            entry.detail = skipped.reason
        } catch {
            entry.kind = .broken
            entry.detail = "\(error)"
        }
        entry.seconds = (ContinuousClock.now - began) / .seconds(1)
        return entry
    }

    private func attempt(
        _ scenario: Scenario, _ seed: UInt64, _ rounds: Int, _ mutation: Mutation
    ) async throws {
        var plan = scenario.plan()
        let fromTheStart = scenario.mutatesLate ? Mutation() : mutation
        plan.guardsOff = fromTheStart.guardsOff
        var proxy: PostgresProxy?
        if plan.postgresDetour != nil {
            let made = try PostgresProxy(to: control.servers.postgres)
            plan.postgresDetour = "127.0.0.1:\(made.port)"
            proxy = made
        }
        let through = proxy
        try await FaultCity.use(control.programs, control.servers, plan) { city in
            for statement in fromTheStart.sql { try await city.execute(statement) }
            let traffic = try Traffic(city, seed: seed)
            let stage = Stage(
                city: city, traffic: traffic, control: control, journal: journal, scenario: scenario.name, seed: seed,
                rounds: rounds, random: .init(seed: seed, scenario.name), proxy: through,
                mutation: mutation, patience: scenario.patience)
            await traffic.begin()
            let flow = Task { if scenario.hasTraffic { await traffic.run() } }
            let result: Result<Void, any Error>
            do {
                try await scenario.harm(stage)
                result = .success(())
            } catch { result = .failure(error) }
            flow.cancel()
            if case .failure(let error) = result { throw error }
            for replica in city.replicas {
                replica.disarm()
                if !replica.isRunning { try replica.start() }
            }
            await flow.value
            let ledger = await traffic.ledger
            let audit = Audit(city: city, ledger: ledger, horizon: scenario.horizon)
            try await audit.check(within: scenario.patience)
            try await scenario.also(stage, audit)
            let words = "  \(ledger.items) items, \(ledger.repeats) of them twice, \(ledger.poison) poison"
            FileHandle.standardError.write(Data((words + "\n").utf8))
        }
        proxy?.close()
    }
}
