import Contracts
import Foundation
import Threads

/// One way of doing harm, and what is to hold in spite of it.
struct Scenario: Sendable {
    let name: String
    let about: String
    /// Whether it needs the build with failpoints.
    var needsFailpoints = false
    /// Whether it stops servers, and so must have its own: see `ServerControl`.
    var needsOwnServers = false
    var plan: @Sendable () -> FaultCity.Plan = { FaultCity.Plan() }
    /// Whether anything is sent while the harm is done.
    var hasTraffic = true
    /// How long the city may take to come to rest afterwards.
    var patience: Duration = .seconds(90)
    /// Of `Audit`.
    var horizon = 3
    /// Whether a guard of a mutant is on until the scenario itself switches it off, so that nothing else can notice.
    var mutatesLate = false
    /// Does the harm while traffic flows.
    let harm: @Sendable (Stage) async throws -> Void
    /// What is checked beside the audit, once all is quiet.
    var also: @Sendable (Stage, Audit) async throws -> Void = { _, _ in }
}

/// What a scenario works on.
struct Stage: Sendable {
    let city: FaultCity
    let traffic: Traffic
    let control: ServerControl
    let journal: Journal
    let scenario: String
    let seed: UInt64
    /// How often the harm is to be done.
    let rounds: Int
    let random: Drawn
    let proxy: PostgresProxy?
    let mutation: Mutation
    /// Of the scenario.
    let patience: Duration

    /// The scenario's own chances.
    final class Drawn: Sendable {
        private let generator: Lock<SeededGenerator>

        init(seed: UInt64, _ name: String) { generator = Lock(SeededGenerator(seed: seed, name)) }

        func below(_ limit: Int) -> Int { generator.withLock { $0.below(limit) } }
        func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
    }

    /// Waits a stretch of machine time that the seed says.
    func pause(milliseconds range: ClosedRange<Int>) async {
        let time = range.lowerBound + random.below(range.count)
        // Time itself is the matter: harm comes at any moment.
        try? await Task.sleep(for: .milliseconds(time))
    }

    func noteKill(_ replica: Replica, point: String?, inFlight: [Int]?) {
        journal.add(
            .init(
                kind: .kill, scenario: scenario, seed: seed, point: point, service: replica.service, inFlight: inFlight)
        )
    }

    func noteMissed(_ replica: Replica, point: String) {
        journal.add(.init(kind: .missed, scenario: scenario, seed: seed, point: point, service: replica.service))
    }
}

/// A guard that is switched off: see `Mutant`.
struct Mutation: Sendable {
    /// Of `Guard`.
    var guardsOff: [String] = []
    var sql: [String] = []
}

/// A scenario cannot be played on this machine; says what is missing.
struct Skipped: Error {
    let reason: String
}
