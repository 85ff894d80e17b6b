import Contracts
import Foundation

extension Scenario {
    /// Every topic is read again from its start. What was decided stays decided, also where it would be decided otherwise today.
    static let replays: [Scenario] = [
        Scenario(
            name: "replay",
            about: "every topic is read again from its start by all services: nobody is paid or told again",
            mutatesLate: true
        ) { stage in
            await stage.pause(milliseconds: 3_000...3_500)
        } also: { stage, audit in
            try await stage.replay(audit)
        },
        Scenario(
            name: "replay-after-rules",
            about: "the same, once other rules of triage and of credit are in force: they are for what is new alone",
            plan: {
                var plan = FaultCity.Plan()
                // A version holds from a day on, which must not be one that anything was paid on.
                plan.isOfYesterday = true
                return plan
            }, mutatesLate: true
        ) { stage in
            await RulesChange.begin(stage)
            await stage.pause(milliseconds: 3_000...3_500)
        } also: { stage, audit in
            let change = try RulesChange(stage.city)
            try await stage.replay(audit, startingWith: change.environment)
            try await change.expectToAct(stage)
        },
        Scenario(
            name: "replay-after-postings",
            about: "the same, once two chiefs have changed places: what was theirs stays theirs",
            mutatesLate: true
        ) { stage in
            await stage.pause(milliseconds: 3_000...3_500)
        } also: { stage, audit in
            let change = try PostingsChange(stage.city)
            try await stage.replay(audit) { try change.load() }
            try await change.expectToAct(stage)
        },
    ]
}

extension Stage {
    /// Has all services read every topic from its start.
    ///
    /// - Parameters:
    ///   - settings: what the services are started with again.
    ///   - change: what is done before, while they still run.
    fileprivate func replay(
        _ audit: Audit, startingWith settings: [String: String] = [:], after change: () async throws -> Void = {}
    ) async throws {
        try await clearOfSettling(audit)
        let before = try await Outcome(city)
        try await change()
        try await audit.quiet(within: .seconds(60))
        for replica in city.replicas { _ = await replica.stop() }
        try await toTheStart()
        for statement in mutation.sql { try await city.execute(statement) }
        let guards = ["MUSTER_GUARDS_OFF": mutation.guardsOff.joined(separator: ",")]
        for replica in city.replicas { try replica.start(settings.merging(guards) { $1 }) }
        try await audit.check(within: patience, expectsCopies: true)
        let after = try await Outcome(city)
        if before != after { throw Broken("a replay changed the outcome: \(before) became \(after)") }
    }

    /// Repeats are settled at whole five minutes, replay or no replay: that must not come between two looks.
    private func clearOfSettling(_ audit: Audit) async throws {
        let period = 300.0
        let left = period - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: period)
        // Longer than a replay takes.
        guard left < 90 else { return }
        // Time itself is the matter.
        try await Task.sleep(for: .seconds(left + 1))
        try await audit.quiet(within: .seconds(90))
    }

    /// By hand, as an operator does it, and all partitions at once.
    private func toTheStart() async throws {
        let places = ServiceName.allCases.flatMap { service in
            service.consumed.flatMap { topic in (0..<topic.partitions).map { (service, topic, $0) } }
        }
        for (service, topic, partition) in places {
            try city.programs.muster(
                ["offsets", "set", service.rawValue, topic.name, "\(partition)", "0", "--reason", "replay"], city.tools)
        }
        try await city.execute(
            ServiceName.allCases.map { "truncate \($0.rawValue).fault_move" }.joined(separator: ";"))
    }
}
