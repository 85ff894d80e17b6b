import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// Compares stage by stage what went in with what is there, each side from a store of its own: what was sent, each
/// service's tables, and the topics between them.
struct Reconciliation: Sendable {
    /// in = stored + known + refused, or something is lost or there twice.
    struct Line: Sendable, Codable, Equatable {
        var stage: String
        var `in`: Int
        var stored: Int
        var known: Int
        var refused: Int
        var difference: Int

        init(_ stage: String, in entered: Int, stored: Int, known: Int = 0, refused: Int = 0) {
            self.stage = stage
            self.in = entered
            self.stored = stored
            self.known = known
            self.refused = refused
            difference = entered - stored - known - refused
        }
    }

    private let database: PostgresConnection
    private let topics: TopicContents
    private let services: Set<ServiceName>
    private let since: Instant

    /// - Parameter since: what was recorded before is left out on both sides, since topics and stores forget.
    init(_ stack: Stack, _ database: PostgresConnection, since: Instant = Instant(milliseconds: 0)) throws {
        self.database = database
        self.since = since
        topics = TopicContents(try stack.kafkaSettings, prefix: stack.prefix)
        services = Set(ServiceName.allCases.filter { stack.services[$0.rawValue] != nil })
    }

    /// - Parameters:
    ///   - sent: every item that the simulated gateways sent; nil compares only the services with each other.
    ///   - arrived: what the day's receiver counted for itself, by channel; nil where there is none.
    func compute(_ sent: [PlannedInput]?, _ arrived: [String: Receiver.Tally]? = nil) async throws -> [Line] {
        var lines: [Line] = []
        if let sent {
            lines += try await gateways(sent)
            lines.append(try await dead(sent))
        }
        lines += try await intake() + dispatch()
        if services.contains(.credit) { lines += try await credit() }
        if services.contains(.notify) { lines += try await notify() }
        if let arrived { lines += try await outside(arrived) }
        return lines
    }

    // MARK: At the gateways

    /// Over distinct inputs: an id with another content is another input, which is to be refused.
    private func gateways(_ sent: [PlannedInput]) async throws -> [Line] {
        var lines: [Line] = []
        let readable = sent.filter { $0.fate != .dead }
        let byType = Dictionary(grouping: readable) { type(of: $0.payload.value).type }.sorted { $0.key < $1.key }
        for (type, inputs) in byType {
            guard let first = inputs.first, services.contains(first.payload.route.service) else { continue }
            let service = first.payload.route.service
            let stored = try await digests("select source, id, digest from \(service.rawValue).input")
            let refused = try await digests(
                "select source, id, digest from \(service.rawValue).refusal where type = '\(type)'")
            let distinct = try Set(inputs.map { try InputContent($0) })
            let isStored = distinct.intersection(stored)
            let isRefused = distinct.subtracting(isStored).intersection(refused)
            lines.append(
                Line(
                    "\(type) at the gateway", in: inputs.count, stored: isStored.count,
                    known: inputs.count - distinct.count, refused: isRefused.count))
        }
        return lines
    }

    /// What could not be read is on the dead topics, once for each service that reads its topic.
    private func dead(_ sent: [PlannedInput]) async throws -> Line {
        let poison = sent.filter { $0.fate == .dead }.reduce(0) { sum, input in
            sum + services.count { $0.consumed.contains(input.topic) }
        }
        var letters: Set<[String]> = []
        for service in services {
            try await topics.read(.dead(of: service)) { record in
                let place = ["muster_dead_topic", "muster_dead_partition", "muster_dead_offset"].map { name in
                    record.headers[name].map { String(decoding: $0, as: UTF8.self) } ?? ""
                }
                letters.insert([service.rawValue] + place)
            }
        }
        return Line("poison to the dead topics", in: poison, stored: letters.count)
    }

    private func digests(_ sql: String) async throws -> Set<InputContent> {
        let rows = try await database.run { session in
            try session.query(Statement("reconcile \(sql.hashValue)", sql)).rows(
                as: String.self, String.self, Bytes.self)
        }
        return Set(rows.map { InputContent(source: $0.0, id: $0.1, digest: $0.2.bytes) })
    }

    // MARK: Between the services

    private func intake() async throws -> [Line] {
        let visits = try await count("select count(*) from intake.visit where recorded_at >= $1")
        let findings = try await count("select count(*) from intake.finding where recorded_at >= $1")
        return [
            Line("visits stored → intake.visits", in: visits, stored: try await ids(on: .visits).count),
            Line("findings stored → intake.findings", in: findings, stored: try await ids(on: .findings).count),
        ]
    }

    private func dispatch() async throws -> [Line] {
        let findings = try await ids(on: .findings)
        let steps = try await count("select count(*) from dispatch.history where recorded_at >= $1")
        return [
            Line(
                "intake.findings → cases", in: findings.count,
                stored: try await count(
                    """
                    select count(*) from dispatch.matter_input
                    left join dispatch.input on input.source = 'muster/intake' and input.id = event_id
                    where origin = 'finding' and (event_id = any($1) or input.recorded_at >= $2)
                    """, of: findings)),
            // Neither side is ever forgotten.
            Line(
                "complaints taken → cases",
                in: try await count(
                    """
                    select coalesce(sum(taken), 0) from dispatch.stage_count
                    where stage in ('gateway.hotline', 'POST /v1/complaints')
                    """),
                stored: try await count("select count(*) from dispatch.matter_input where origin = 'complaint'")),
            Line(
                "cases opened or joined", in: try await count("select count(*) from dispatch.matter_input"),
                stored: try await count("select count(*) from dispatch.matter"),
                known: try await count("select count(*) from dispatch.matter_input where reason <> 'opened'")),
            Line(
                "versions of cases = steps of histories",
                in: try await count("select coalesce(sum(version), 0) from dispatch.matter where recorded_at >= $1"),
                stored: try await count(
                    """
                    select count(*) from dispatch.history
                    where matter_id in (select id from dispatch.matter where recorded_at >= $1)
                    """)),
            Line("steps of histories → dispatch.cases", in: steps, stored: try await ids(on: .cases).count),
        ]
    }

    private func credit() async throws -> [Line] {
        let entries = try await count("select count(*) from credit.entry where recorded_at >= $1")
        return [Line("entries → credit.entries", in: entries, stored: try await ids(on: .entries).count)]
    }

    private func notify() async throws -> [Line] {
        let cases = try await ids(on: .cases)
        let settled = "select count(*) from notify.notice where settled_at is not null"
        return [
            Line(
                "dispatch.cases → notify", in: cases.count,
                stored: try await count(
                    """
                    select count(*) from notify.input
                    where source = 'muster/dispatch' and (id = any($1) or recorded_at >= $2)
                    """, of: cases)),
            Line(
                "notices → settled or under way",
                in: try await count("select count(*) from notify.notice where recorded_at >= $1"),
                stored: try await count("\(settled) and recorded_at >= $1"),
                known: try await count(
                    """
                    select count(*) from notify.delivery
                    where notice in (select id from notify.notice where recorded_at >= $1)
                    """)),
            Line(
                "notices settled → notify.deliveries", in: try await count("\(settled) and settled_at >= $1"),
                stored: try await ids(on: .deliveries).count),
        ]
    }

    private func ids(on topic: Topic) async throws -> Set<String> {
        try await topics.distinctIDs(topic, recordedSince: since)
    }

    /// Only distinct notices count: a robot cannot know a repeat, and is told again when nobody knows whether it spoke.
    private func outside(_ arrived: [String: Receiver.Tally]) async throws -> [Line] {
        let rows = try await database.run { session in
            try session.query(Self.outside).rows(as: UUID.self, String.self, Bool.self)
        }
        return Dictionary(grouping: rows, by: \.1).sorted { $0.key < $1.key }.flatMap { channel, rows in
            let seen = Set((arrived[channel]?.arrivals ?? [:]).keys)
            let delivered = Set(rows.filter(\.2).map { EventID($0.0) })
            let sent = Set(rows.map { EventID($0.0) })
            return [
                Line(
                    "notices by \(channel) → the receiver's own count", in: delivered.count,
                    stored: delivered.intersection(seen).count),
                Line(
                    "the receiver's notices by \(channel) → notify",
                    in: seen.count + (arrived[channel]?.rejected ?? 0), stored: seen.intersection(sent).count),
            ]
        }
    }

    private static let outside = Statement(
        "reconcile_outside", "select id, channel, state = 'delivered' from notify.notice where channel <> 'inbox'")

    /// - Parameter sql: may say `$1`, the instant that counting begins with.
    private func count(_ sql: String) async throws -> Int {
        try await count(sql, sql.contains("$1") ? Parameters(Timestamp(since)) : Parameters())
    }

    /// - Parameter sql: says `$1`, the ids on a topic, and `$2`, since when a reader knows no others: it may read for up to a day
    ///   what was recorded before counting begins.
    private func count(_ sql: String, of ids: Set<String>) async throws -> Int {
        try await count(sql, Parameters(Array(ids), Timestamp(since + .seconds(86_400))))
    }

    private func count(_ sql: String, _ parameters: Parameters) async throws -> Int {
        try await database.run { session in
            Int(
                try session.query(Statement("reconcile \(sql.hashValue)", "select (\(sql))::int8"), parameters)
                    .value(Int64.self, row: 0, column: 0))
        }
    }
}

/// An input by what it says: source, id, and the digest that services store.
private struct InputContent: Hashable {
    let source: String
    let id: String
    let digest: [UInt8]

    init(source: String, id: String, digest: [UInt8]) {
        self.source = source
        self.id = id
        self.digest = digest
    }

    init(_ input: PlannedInput) throws {
        let envelope = input.envelope
        self.init(
            source: envelope.source, id: envelope.id,
            digest: InputDigest.of(envelope, data: try EventJSON.encode(input.payload.value)))
    }
}
