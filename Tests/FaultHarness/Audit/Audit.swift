import Contracts
import Foundation
import Kafka

/// Waits until nothing is under way, and checks from outside that nothing was lost or done twice.
struct Audit: Sendable {
    let city: FaultCity
    let ledger: Traffic.Ledger
    /// How many seconds from now what is due is under way already: points are settled a second after what earned them, by
    /// the clock of whoever took it.
    var horizon = 3

    /// - Parameter expectsCopies: whether records were put on topics again, or read again: then services count more than the
    ///   topics hold, and poison may be dead twice.
    /// - Throws: `Broken` with all that is wrong.
    func check(within limit: Duration = .seconds(90), expectsCopies: Bool = false) async throws {
        do { try await quiet(within: limit) } catch {
            // Whoever moved what was not its own is often why it does not go on.
            let moves = (try? await PositionAudit.faults(in: city)) ?? []
            throw Broken((moves + ["\(error)"]).joined(separator: "\n"))
        }
        var faults = ledger.wrongAnswers
        faults += try await PositionAudit.faults(in: city)
        faults += try await inputs()
        faults += try await counts(expectsCopies)
        faults += try await stores()
        faults += try await notices()
        faults += try await topics()
        if let difference = await reconciled() { faults.append(difference) }
        if !faults.isEmpty { throw Broken(faults.prefix(12).joined(separator: "\n")) }
    }

    /// What a robot is still to be told goes out while we look, a message every few seconds: what is different only then is no
    /// difference.
    private func reconciled() async -> String? {
        var difference: String?
        _ = await waits(.seconds(20)) {
            do {
                try city.programs.muster(["reconcile", "--stack", try city.writeStack()])
                difference = nil
            } catch { difference = "\(error)" }
            return difference == nil
        }
        return difference
    }

    // MARK: What went in

    private func inputs() async throws -> [String] {
        var faults: [String] = []
        for (service, sent) in ledger.sent.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let known = Set(
                try await city.texts(
                    """
                    select source || ' ' || id from \(service.rawValue).input
                    union select source || ' ' || id from \(service.rawValue).refusal
                    """))
            let lost = sent.subtracting(known).sorted()
            if !lost.isEmpty { faults.append("\(service.rawValue) lost \(lost.count), such as \(lost[0])") }
            // What is sent names only what is in the directory, whose every event was read before.
            let refused = try await city.texts(
                """
                select id || ': ' || detail from \(service.rawValue).refusal
                where code like 'unknown-%' or code in ('malformed', 'conflict') order by id
                """)
            if let first = refused.first {
                faults.append("\(service.rawValue) refused \(refused.count) that are right, such as \(first)")
            }
        }
        return faults
    }

    /// What the services count themselves, beside what there is.
    private func counts(_ expectsCopies: Bool) async throws -> [String] {
        var faults: [String] = []
        for service in ServiceName.allCases.map(\.rawValue) {
            let taken = try await city.count("select coalesce(sum(taken), 0) from \(service).stage_count")
            let stored = try await city.count("select count(*) from \(service).input")
            if taken != stored { faults.append("\(service) took \(taken) inputs and has stored \(stored)") }
        }
        if expectsCopies { return faults }
        for (service, topic) in [
            ("intake", Topic.patrol), ("dispatch", .hotline), ("dispatch", .actions), ("credit", .deeds),
        ] {
            let counted = try await city.count(
                "select coalesce(sum(taken + known + refused + dead), 0) from \(service).stage_count where stage = '\(topic.name)'"
            )
            let read = try await city.count(
                "select coalesce(sum(next_offset), 0) from \(service).consumer_offset where topic = '\(topic.name)'")
            if counted != read {
                faults.append("\(service) counted \(counted) records of \(topic.name), which has \(read)")
            }
        }
        return faults
    }

    // MARK: What there is

    /// Queries that must find nothing.
    private static let stores: [(what: String, sql: String)] = [
        (
            "a case whose version is not the number of its steps",
            """
            select m.id::text from dispatch.matter m where m.version <> (
                select count(*) from dispatch.history h where h.matter_id = m.id)
            """
        ),
        (
            "a gap in a case's steps",
            "select matter_id::text from dispatch.history group by matter_id having max(sequence) <> count(*)"
        ),
        (
            "a step that was made twice",
            """
            select matter_id || ' ' || type from dispatch.history
            group by matter_id, type, causation_id, occurred_at, actor, data having count(*) > 1
            """
        ),
        (
            "an input that is in no case",
            """
            select i.id from dispatch.input i where i.source in ('hotline-12345', 'muster/intake') and i.id not like 'a-%'
                and not exists (select from dispatch.matter_input m where m.event_id = i.id)
            """
        ),
        (
            "an action that was taken and made no step",
            """
            select i.id from dispatch.input i where i.id like 'a-%'
                and not exists (select from dispatch.history h where h.causation_id = i.id and h.matter_id = i.result)
            """
        ),
        (
            "a balance that is not the sum of its entries",
            """
            select subject from (
                select subject, expires_at, points from credit.balance
                union all select subject, expires_at, -points from credit.entry) as both_sides
            group by subject, expires_at having sum(points) <> 0
            """
        ),
        (
            "two entries of one revision",
            "select subject from credit.entry group by subject, rule, event, revision having count(*) > 1"
        ),
        (
            "a delivery of a notice that is settled",
            "select d.notice::text from notify.delivery d join notify.notice n on n.id = d.notice where n.settled_at is not null"
        ),
        (
            "an event that is parked though all is quiet", "select case_id::text from notify.parked_event"
        ),
    ]

    private func stores() async throws -> [String] {
        var faults: [String] = []
        for (what, sql) in Self.stores {
            let found = try await city.texts(sql)
            if let first = found.first { faults.append("\(what): \(found.count), such as \(first)") }
        }
        // The rules give 1.00 a day for cleared snow, however often it is reported, and every deed is of the same day.
        let paid = try await city.texts(
            """
            select subject || ' has ' || sum(points) from credit.entry where rule like '%snow-cleared%'
            group by subject having sum(points) <> 100
            """)
        if let first = paid.first { faults.append("points that the rules don't give: \(paid.count), such as \(first)") }
        let accounts = try await city.count(
            "select count(distinct subject) from credit.entry where rule like '%snow-cleared%'")
        if accounts != ledger.subjects.count {
            faults.append("\(ledger.subjects.count) bodies cleared snow and \(accounts) were paid")
        }
        return faults
    }

    private func notices() async throws -> [String] {
        let received = city.phones.received
        let delivered = Set(
            try await city.texts("select id::text from notify.notice where channel = 'webhook' and state = 'delivered'")
        )
        let arrived = Set(received.webhooks.keys)
        var faults: [String] = []
        let unknown = arrived.subtracting(try await city.texts("select id::text from notify.notice"))
        if let first = unknown.first {
            faults.append("\(unknown.count) notices arrived that nobody knows, such as \(first)")
        }
        let missing = delivered.subtracting(arrived)
        if let first = missing.first {
            faults.append("\(missing.count) delivered notices never arrived, such as \(first)")
        }
        return faults
    }

    // MARK: What was published

    private func topics() async throws -> [String] {
        var faults: [String] = []
        var letters: Set<String> = []
        for service in ServiceName.allCases {
            for record in try await records(of: .dead(of: service)) {
                let place = ["muster_dead_topic", "muster_dead_partition", "muster_dead_offset"].map {
                    header($0, record)
                }
                letters.insert(place.joined(separator: "/"))
            }
        }
        if letters.count != ledger.poison {
            faults.append("\(ledger.poison) records were poison and \(letters.count) are dead")
        }
        return faults
    }

    private func header(_ name: String, _ record: Record) -> String {
        record.headers[name].map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func records(of topic: Topic) async throws -> [Record] {
        let name = city.name + "." + topic.name
        guard let count = try await city.admin.topics()[name] else { return [] }
        let ranges = try await city.admin.watermarks((0..<count).map { TopicPartition(name, $0) })
        var found: [Record] = []
        for try await records in RecordReader(["bootstrap.servers": city.servers.kafka], ranges: ranges) {
            found += records
        }
        return found
    }

    /// How often events were published again under the same id.
    func repeats() async throws -> Int {
        var repeats = 0
        for topic in [Topic.findings, .cases, .entries, .deliveries] {
            let ids = try await records(of: topic).map { header("ce_id", $0) }
            repeats += ids.count - Set(ids).count
        }
        return repeats
    }
}
