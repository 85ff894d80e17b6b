import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What happened to cases since the staff last looked, as their notices tell them.
enum DispatchNews {
    /// - Parameter known: per case, the last step that was reacted to.
    static func read(
        _ database: PostgresConnection, after known: [EventID: Int]
    ) async throws -> [Staff.News] {
        let last = known.sorted { $0.key < $1.key }
        let parameters = Parameters(last.map(\.key.uuid), last.map { Int64($0.value) })
        let rows = try await database.run { session in
            try session.query(fresh, parameters).rows(
                as: UUID.self, Int64.self, String.self, Timestamp.self, JSON.self, JSON.self)
        }
        return try rows.map { id, sequence, type, at, data, state in
            try news(EventID(id), Int(sequence), type, Instant(at), data.utf8, state.utf8)
        }
    }

    /// Only cases that moved on are looked at: `version` against what is known.
    private static let fresh = Statement(
        "day_fresh_history",
        """
        select history.matter_id, history.sequence, history.type, history.occurred_at, history.data, matter.state
        from dispatch.matter
        left join unnest($1::uuid[], $2::int8[]) as known (id, sequence) on known.id = matter.id
        join dispatch.history on history.matter_id = matter.id and history.sequence > coalesce(known.sequence, 0)
        where matter.version > coalesce(known.sequence, 0)
        order by history.matter_id, history.sequence
        """)

    private struct Data: Decodable {
        var unit: UnitCode
        var owner: Owner?
        var to: Owner?
        var department: DepartmentCode?
        var summons: [Summons]?
        var satisfied: Bool?
        var granted: Bool?

        private enum Key: String, CodingKey { case unit, owner, to, department, summons, satisfied, granted }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            unit = try container.decode(UnitCode.self, forKey: .unit)
            owner = try container.decodeIfPresent(Owner.self, forKey: .owner)
            // `to` is an owner in a hand-over and a word elsewhere.
            to = try? container.decode(Owner.self, forKey: .to)
            department = try container.decodeIfPresent(DepartmentCode.self, forKey: .department)
            summons = try container.decodeIfPresent([Summons].self, forKey: .summons)
            satisfied = try container.decodeIfPresent(Bool.self, forKey: .satisfied)
            granted = try container.decodeIfPresent(Bool.self, forKey: .granted)
        }
    }

    private struct State: Decodable {
        var owner: Owner
        var handling: Handling
        var severity: Severity
        var status: String
        var resolveBy: Instant
        var answerBy: Instant?
        var rating: Int?
        var pause: Pause?
        var whistle: Whistle?

        /// Only that there is one.
        struct Pause: Decodable {}

        struct Whistle: Decodable {
            struct Part: Decodable { var department: DepartmentCode }
            var kind: WhistleKind
            var parts: [Part]
        }
    }

    private static func news(
        _ id: EventID, _ sequence: Int, _ type: String, _ at: Instant, _ data: [UInt8], _ state: [UInt8]
    ) throws -> Staff.News {
        let data = try EventJSON.decode(Data.self, from: data)
        let state = try EventJSON.decode(State.self, from: state)
        return Staff.News(
            case: id, sequence: sequence, type: type, at: at, unit: data.unit,
            owner: data.to ?? data.owner ?? state.owner,
            handling: state.handling, severity: state.severity,
            departments: data.summons?.map(\.department) ?? [], department: data.department,
            status: state.pause == nil ? state.status : "paused", resolveBy: state.resolveBy,
            answerBy: state.answerBy, satisfied: data.satisfied,
            granted: data.granted, rating: state.rating, kind: state.whistle?.kind,
            called: state.whistle?.parts.map(\.department) ?? [])
    }
}
