import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

/// A small city's whole working day, through the real executables: it must add up, and come to the same whoever is killed.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct DayTests {
    private struct Day: Decodable, Equatable {
        struct Line: Decodable, Equatable {
            let stage: String
            let difference: Int
        }

        let ok: Bool
        let digest: String
        let reconciliation: [Line]
        let counts: [String: Int]
    }

    /// - Returns: the day, and the types of what happened to cases.
    private func play(
        replicas: Int, kills: Int, complaints: String? = nil
    ) async throws -> (day: Day, happened: Set<String>) {
        var day: Day?
        var happened: Set<String> = []
        try await Deployment.use(
            replicas: replicas, environment: ["MUSTER_CLOCK": "stepped"], withDirectory: false, withReceiver: true
        ) { city in
            let stack = try city.writeStack()
            let folder = stack.deletingLastPathComponent().path
            var arguments = [
                "day", "--stack", stack.path, "--scale", "0.01", "--kills", "\(kills)", "--output", folder,
            ]
            if let complaints { arguments += ["--complaints", complaints] }
            try await Program.runAside("muster", arguments)
            let data = try Data(contentsOf: URL(filePath: "\(folder)/day.json"))
            day = try JSONDecoder().decode(Day.self, from: data)
            happened = try await city.connection.run { session in
                let types = Statement("types", "select distinct type from dispatch.history")
                return Set(try session.query(types).rows(as: String.self))
            }
        }
        return (try #require(day), happened)
    }

    private func isOfTheCity(_ count: (key: String, value: Int)) -> Bool { !count.key.hasPrefix("receiver_repeats_") }

    @Test(.needsPostgres, .needsRealKafka)
    func `the same day comes to the same digest with two replicas of which some are killed`() async throws {
        let (plain, happened) = try await play(replicas: 1, kills: 0)
        let killed = try await play(replicas: 2, kills: 3).day
        #expect(plain.ok && killed.ok)
        #expect(plain.reconciliation.filter { $0.difference != 0 } == [])
        #expect(killed.reconciliation.filter { $0.difference != 0 } == [])
        #expect(killed.digest == plain.digest)
        // A robot that may or may not have spoken is told again.
        #expect(killed.counts.filter(isOfTheCity) == plain.counts.filter(isOfTheCity))
        // It was a day worth playing.
        for count in [
            "visits", "findings", "complaints", "entries", "notices", "pauses", "extensions", "reopened",
            "rules_tried_elsewhere",
        ] {
            #expect(plain.counts[count, default: 0] > 0, "there were no \(count)")
        }
        // Nobody changes the calendar or the rules in the course of a day.
        let possible = EventCatalog.all.filter { $0.topic == .cases && $0.type != CaseRescheduled.type }.map { $0.type }
        #expect(Set(possible).subtracting(happened).sorted() == [])
    }

    @Test(
        .needsPostgres, .needsRealKafka,
        .enabled("needs real complaints, which lie beside the project") { RealComplaints.path != nil })
    func `a day with real complaints adds up`() async throws {
        let day = try await play(replicas: 1, kills: 0, complaints: RealComplaints.path).day
        #expect(day.ok)
    }
}
