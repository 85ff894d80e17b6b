import Contracts
import Postgres
import ServiceKit

/// Cases as rows: the whole state, and beside it the columns that are searched and listed by.
enum CaseRows {
    static func load(_ ids: Set<EventID>, in session: inout Session) throws -> [CaseState] {
        if ids.isEmpty { return [] }
        return try session.query(find, Parameters(ids.sorted().map(\.uuid))).rows(as: JSON.self).map { state in
            try EventJSON.decode(CaseState.self, from: state.utf8)
        }
    }

    /// Plan: the primary key, once for each.
    static let find = Statement("matter_find", "select state from matter where id = any($1)")

    static func insert(
        _ cases: [(state: CaseState, text: String, policy: Int32)], _ recordedAt: Instant, _ effects: inout Effects
    ) {
        if cases.isEmpty { return }
        let states = cases.map(\.state)
        var parameters = columns(states)
        parameters.append(states.map { Int32($0.number) })
        parameters.append(states.map { CaseNumbers.Series($0.unit, $0.openedAt).year })
        parameters.append(states.map(\.unit.text))
        parameters.append(states.map(\.community.text))
        parameters.append(states.map { Timestamp($0.openedAt) })
        parameters.append(cases.map(\.text))
        parameters.append(Timestamp(recordedAt))
        parameters.append(Int64(cases.count))
        parameters.append(cases.map(\.policy))
        effects.run(insertNew, parameters)
        SearchRow.insert(cases.map { ($0.state, $0.text) }, &effects)
    }

    private static let insertNew = Statement(
        "matter_insert",
        """
        with stored as (
            insert into matter (
                id, version, owner_unit, owner_person, status, handling, category, severity, rung, resolve_by, state,
                number, year, unit, community, opened_at, text, recorded_at, policy)
            select id, version, owner_unit, owner_person, status, handling, category, severity, rung, resolve_by, state,
                number, year, unit, community, opened_at, text, $18, policy
            from unnest(
                $1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::timestamptz[], $11::jsonb[], $12::int4[], $13::int4[], $14::text[], $15::text[],
                $16::timestamptz[], $17::text[], $20::int4[])
                as new (id, version, owner_unit, owner_person, status, handling, category, severity, rung, resolve_by,
                    state, number, year, unit, community, opened_at, text, policy)
            on conflict (id) do nothing
            returning 1
        )
        select expect_rows('matter', (select count(*) from stored), $19)
        """)

    struct Update {
        let state: CaseState
        let storedVersion: Int
        /// The policy that its deadlines are by; nil where that is as it was.
        let stamp: Int32?
        /// The highest that it can be then.
        let stampAtMost: Int32?
    }

    static func update(_ cases: [Update], _ effects: inout Effects) {
        if cases.isEmpty { return }
        var parameters = columns(cases.map(\.state))
        parameters.append(cases.map { Int64($0.storedVersion) })
        parameters.append(Int64(cases.count))
        parameters.append(cases.map(\.state.unit.text))
        parameters.append(cases.map(\.stamp))
        parameters.append(cases.map(\.stampAtMost))
        effects.run(updateKnown, parameters)
    }

    /// Locks in the order of the keys, since unordered updates of overlapping rows can deadlock; then each row must still
    /// have the version that the decision was made on.
    private static let updateKnown = Statement(
        "matter_update",
        """
        with locked as (
            select id from matter where id = any($1) order by id for update
        ), moved as (
            update matter set
                version = new.version, owner_unit = new.owner_unit, owner_person = new.owner_person,
                status = new.status, handling = new.handling, category = new.category, severity = new.severity,
                rung = new.rung, resolve_by = new.resolve_by, state = new.state, unit = new.unit,
                policy = coalesce(new.stamp, least(matter.policy, new.stamp_at_most))
            from locked
            join unnest(
                $1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::timestamptz[], $11::jsonb[], $12::int8[], $14::text[], $15::int4[], $16::int4[])
                as new (id, version, owner_unit, owner_person, status, handling, category, severity, rung, resolve_by,
                    state, stored_version, unit, stamp, stamp_at_most) on new.id = locked.id
            where matter.id = new.id and matter.version = new.stored_version
            returning 1
        )
        select expect_rows('matter', (select count(*) from moved), $13)
        """)

    private static func columns(_ states: [CaseState]) -> Parameters {
        Parameters(
            states.map(\.id.uuid), states.map { Int64($0.version) }, states.map(\.owner.unit.text),
            states.map(\.owner.person?.text), states.map(\.status.rawValue), states.map(\.handling.rawValue),
            states.map(\.category), states.map(\.severity.rawValue), states.map(\.rung.rawValue),
            states.map { Timestamp($0.resolveBy) }, states.map { JSON(utf8: (try? EventJSON.encode($0)) ?? []) })
    }
}

/// Which input a case came from.
struct MatterInputRow {
    let event: String
    let matter: EventID
    let origin: CaseOpened.Origin
    let occurredAt: Instant
    let reason: String

    static func insert(_ rows: [MatterInputRow], _ effects: inout Effects) {
        if rows.isEmpty { return }
        let rows = rows.sorted { $0.event < $1.event }
        effects.run(
            insertNew,
            Parameters(
                rows.map(\.event), rows.map(\.matter.uuid), rows.map(\.origin.rawValue),
                rows.map { Timestamp($0.occurredAt) }, rows.map(\.reason), Int64(rows.count)))
    }

    private static let insertNew = Statement(
        "matter_input_insert",
        """
        with stored as (
            insert into matter_input (event_id, matter_id, origin, occurred_at, reason)
            select * from unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[])
            on conflict do nothing
            returning 1
        )
        select expect_rows('matter_input', (select count(*) from stored), $6)
        """)
}
