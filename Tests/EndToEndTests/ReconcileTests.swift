import Contracts
import Foundation
import TestSupport
import Testing

/// The proof that nothing is lost must itself be able to fail.
@Suite(.timeLimit(.minutes(5)))
struct ReconcileTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `a row that is gone, or was never published, is found by the reconciliation`() async throws {
        try await Deployment.use { city in
            // Given cases of which everything is there
            let time = City.now()
            try await city.publish((1...5).map { City.reported("f-\($0)", at: time) })
            try await city.comesToRest(cases: 5)
            // When a stored row disappears, then the stages on both sides of it differ
            for (table, line) in [
                ("dispatch.matter_input where event_id = (select min(event_id) from dispatch.matter_input)", "cases"),
                ("intake.finding where id = (select min(id::text)::uuid from intake.finding)", "intake.findings"),
            ] {
                try await city.connection.run { session in try session.execute("delete from \(table)") }
                let error = #expect(throws: Program.Failed.self) { try city.reconcile() }
                #expect(error?.description.contains("✗") == true)
                #expect(error?.description.contains(line) == true)
            }
        }
    }

    @Test(.needsPostgres, .needsRealKafka, arguments: [Topic.findings, .cases])
    func `a record that is gone from a topic is found by the reconciliation`(topic: Topic) async throws {
        try await Deployment.use { city in
            // Given cases of which everything is there, also on topics that are a copy of the real ones
            let time = City.now()
            try await city.publish((1...5).map { City.reported("f-\($0)", at: time) })
            try await city.comesToRest(cases: 5)
            let whole = try await city.copyTopics(to: "whole.") { _, _ in true }
            #expect(try city.reconcile(topicPrefix: whole).contains("✗") == false)
            // When a single record is left out of the copy
            let lost = try await city.copyTopics(to: "lost.") { $0 != topic || $1 > 0 }
            // Then both lines that count it are off, and no other
            let error = #expect(throws: Program.Failed.self) { try city.reconcile(topicPrefix: lost) }
            let off = (error?.description ?? "").split(separator: "\n").filter { $0.hasPrefix("✗") }
            #expect(off.count == 2, "\(off)")
            #expect(off.allSatisfy { $0.contains(topic.name) }, "\(off)")
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `what topics have forgotten long since is left out on both sides`() async throws {
        try await Deployment.use { city in
            // Given a case of which everything is there, and a visit of forty days ago, whose event its topic keeps no more
            try await city.publish([City.reported("f-1", at: City.now())])
            try await city.comesToRest(cases: 1)
            try await city.connection.run { session in
                try session.execute(
                    """
                    insert into intake.visit (id, grid, unit, outcome, minutes, chief, visited_at, recorded_at)
                    select gen_random_uuid(), grid, unit, 'answered', 5, reporter, found_at, recorded_at - interval '40 days'
                    from intake.finding
                    """)
            }
            // Then it is none of the last four weeks', and is one of the last eight
            #expect(try city.reconcile().contains("✗") == false)
            let error = #expect(throws: Program.Failed.self) { try city.reconcile(days: 56) }
            let off = (error?.description ?? "").split(separator: "\n").filter { $0.contains("✗ ") }
            #expect(off.count == 1 && off.first?.contains("visits stored") == true, "\(off)")
        }
    }
}

extension Deployment {
    /// Waits until so many cases are there, all of it adds up, and nothing is about to change it.
    ///
    /// A case that was just opened has a timer that is due at once: what adds up before it was heard does not for long.
    fileprivate func comesToRest(cases: Int) async throws {
        let ahead = ServiceName.allCases.map { service in
            """
            (select count(*) from \(service.rawValue).outbox)
            + (select count(*) from \(service.rawValue).timer where due_at < now() + interval '1 minute')
            """
        }
        let rest = """
            select (select count(*) from dispatch.matter) = \(cases) and 0 = \(ahead.joined(separator: "\n+ "))
                + (select count(*) from notify.delivery_due_at where due_at < now() + interval '1 minute')
            """
        try await eventually("all of it adds up", becomes: "", within: .seconds(120)) {
            guard try await count("select (\(rest))::int") == 1 else { return "something is to be done yet" }
            do { try reconcile() } catch { return "\(error)" }
            return try await count("select (\(rest))::int") == 1 ? "" : "something came while it was counted"
        }
    }
}
