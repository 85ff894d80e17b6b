import Contracts
import Postgres
import ServiceKit

/// What is searched of a case, stored with its opening: its text never changes, and its place hardly ever.
enum SearchRow {
    static func insert(_ cases: [(state: CaseState, text: String)], _ effects: inout Effects) {
        if cases.isEmpty { return }
        let texts = cases.map { SearchText($0.text) }
        effects.run(
            insertNew,
            Parameters(
                cases.map(\.state.id.uuid), cases.map(\.state.unit.text), cases.map { Timestamp($0.state.openedAt) },
                texts.map(\.folded),
                // No arrays of arrays in Postgres: the keys of a case travel as one text.
                zip(cases, texts).map { one, text in
                    let keys = SearchIndex.keys(of: text, at: one.state.unit, openedAt: one.state.openedAt)
                    return "{" + keys.map(String.init).joined(separator: ",") + "}"
                }))
    }

    /// A matter turned out to be elsewhere. The few that leave their community are looked for apart from the others.
    static func move(_ cases: [CaseState], _ effects: inout Effects) {
        if cases.isEmpty { return }
        effects.run(moveKnown, Parameters(cases.map(\.id.uuid), cases.map(\.unit.text)))
    }

    private static let moveKnown = Statement(
        "matter_search_move",
        """
        update matter_search
        set unit = new.unit, is_moved = is_moved or left(matter_search.unit, 12) <> left(new.unit, 12)
        from unnest($1::uuid[], $2::text[]) as new (matter_id, unit)
        where matter_search.matter_id = new.matter_id and matter_search.unit <> new.unit
        """)

    private static let insertNew = Statement(
        "matter_search_insert",
        """
        insert into matter_search (matter_id, unit, opened_at, folded, keys)
        select matter_id, unit, opened_at, folded, keys::int4[]
        from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
            as new (matter_id, unit, opened_at, folded, keys)
        """)
}
