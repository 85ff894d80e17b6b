import Contracts
import Postgres
import ServiceKit

/// The cases that others may turn out to repeat.
enum KnownMatters {
    /// Cases of the same kind and place as each given one, from before it, and those that they are part of.
    ///
    /// - Parameter reach: how far back; see `CaseDecision.settle`.
    static func load(
        for states: [CaseState], since reach: (Instant) -> Instant, in session: inout Session
    ) throws -> [CaseState] {
        let states = states.sorted { $0.id < $1.id }
        if states.isEmpty { return [] }
        let parameters = Parameters(
            states.map(\.unit.text), states.map(\.category), states.map { Timestamp(reach($0.openedAt)) },
            states.map { Timestamp($0.openedAt) })
        let found = try session.query(find, parameters).rows(as: JSON.self).map {
            try EventJSON.decode(CaseState.self, from: $0.utf8)
        }
        let ids = Set(found.map(\.id))
        let heads = Set(found.compactMap(\.joinedTo)).subtracting(ids)
        return found + (try CaseRows.load(heads, in: &session))
    }

    /// Plan: one scan of the index matter_kind_place per row of the arrays.
    static let find = Statement(
        "matter_find_known",
        """
        select distinct on (matter.id) matter.state
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as asked (unit, category, since, until)
        join matter on matter.unit = asked.unit and matter.category = asked.category
            and matter.opened_at between asked.since and asked.until
        order by matter.id
        limit 5000
        """)
}
