import Contracts
import Foundation
import Kafka
import Postgres

/// Events as gateways send them, spread over the grids of the stack's directory.
struct Traffic: Sendable {
    private let grids: [(unit: UnitCode, chief: PersonID)]
    private let topicPrefix: String
    /// Makes the ids of this process no other's.
    private let nonce = String(UInt32.random(in: 0...UInt32.max), radix: 36)

    init(_ stack: MeasuredStack) async throws {
        let connection = try await PostgresConnection.connect(stack.postgres)
        let rows = try await connection.run { session in
            try session.query(
                .init(once: "select unit, person from intake.directory_posting where role = 'grid-chief' order by unit")
            ).rows(as: String.self, String.self)
        }
        await connection.close()
        grids = rows.compactMap { unit, person in
            guard let unit = UnitCode(unit), let person = PersonID(person) else { return nil }
            return (unit, person)
        }
        guard !grids.isEmpty else { throw Unexpected(description: "the directory has no grid chief") }
        topicPrefix = stack.topicPrefix
    }

    /// The grid whose turn it is, with its chief.
    func grid(_ number: Int) -> (unit: UnitCode, chief: PersonID) { grids[number % grids.count] }

    /// The id of the event with that number in a series.
    func id(_ series: String, _ number: Int) -> String { "\(series)-\(nonce)-\(number)" }

    /// A finding of now, in the grid whose turn it is; under an id in the order of the numbers, where no other is given.
    func finding(_ series: String, _ number: Int, id given: String? = nil) throws -> OutgoingRecord {
        let (grid, chief) = grid(number)
        return try record(
            FindingReported(
                grid: grid, place: Place(unit: grid), category: "city-appearance.rubbish.exposed", severity: .normal,
                text: "楼道里堆放杂物，影响通行 \(number)"),
            EventEnvelope(
                id: given ?? id(series, number), source: "app", type: FindingReported.type, time: .now(), actor: chief))
    }

    /// An urgent complaint of that time.
    func complaint(_ series: String, _ number: Int, at time: Instant) throws -> OutgoingRecord {
        try record(
            ComplaintReceived(
                complaint: id(series, number), channel: .phone, place: Place(unit: grid(number).unit),
                category: "city-appearance.rubbish.exposed", severity: .urgent, text: "楼道里堆放杂物 \(number)"),
            EventEnvelope(
                id: id(series, number), source: "hotline-12345", type: ComplaintReceived.type, time: time))
    }

    func record(_ payload: some EventPayload, _ envelope: EventEnvelope) throws -> OutgoingRecord {
        OutgoingRecord(
            topic: topicPrefix + type(of: payload).topic.name, key: Array(payload.key.utf8),
            value: try EventJSON.encode(payload),
            headers: Headers(CloudEvents.headers(of: envelope)))
    }
}

extension Instant {
    static func now() -> Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
