import Postgres

/// What became of the items of one stage, for the reconciliation: rows of the same transaction as the effects, so that
/// they survive what the effects survive.
struct StageCount: Sendable, Hashable {
    var taken = 0
    var known = 0
    var refused = 0
    var dead = 0

    static func request(_ counts: [String: StageCount], slot: Int32) -> Request? {
        let rows = counts.filter { $0.value != StageCount() }.sorted { $0.key < $1.key }
        if rows.isEmpty { return nil }
        return Request(
            add,
            Parameters(
                rows.map(\.key), slot, rows.map { Int64($0.value.taken) }, rows.map { Int64($0.value.known) },
                rows.map { Int64($0.value.refused) }, rows.map { Int64($0.value.dead) }))
    }

    private static let add = Statement(
        "stage_count_add",
        """
        insert into stage_count as old (stage, slot, taken, known, refused, dead)
        select stage, $2, taken, known, refused, dead
        from unnest($1::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])
            as new (stage, taken, known, refused, dead)
        order by stage
        on conflict (stage, slot) do update set
            taken = old.taken + excluded.taken, known = old.known + excluded.known,
            refused = old.refused + excluded.refused, dead = old.dead + excluded.dead
        """)
}
