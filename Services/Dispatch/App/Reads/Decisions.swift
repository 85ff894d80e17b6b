import Contracts
import Postgres

/// What a unit has to decide before others can go on: a whistle that waits for its approval, more time that was asked of it, and
/// whether a department of its town may stay away.
///
/// None of it has a deadline of its own: it is due with what waits for it.
enum Decisions {
    static func items(of state: CaseState, for units: [UnitCode]) -> [MyList.Due] {
        guard state.isOpen else { return [] }
        var items: [MyList.Due] = []
        if let asked = state.whistleAsked, units.contains(asked.approver) {
            items.append(.init(wanted: .approveWhistle, due: state.resolveBy))
        }
        if let extended = state.extended, extended.granted == nil, units.contains(extended.approver) {
            items.append(.init(wanted: .decideExtension, due: state.resolveBy))
        }
        if let town = state.unit.ancestor(at: .town), units.contains(town) {
            for part in state.openWhistle?.parts ?? [] where part.attendance == .declined {
                items.append(.init(wanted: .decideDecline, due: part.arriveBy, department: part.department))
            }
        }
        return items
    }

    /// Cases with something that one of the units may have to decide, those of the page among them.
    static func load(
        for units: [UnitCode], _ page: MyList.PageBounds, in session: inout Session
    ) throws -> [(JSON, String)] {
        if units.isEmpty { return [] }
        let codes = units.map(\.text)
        var rows = try session.query(whistles, page.parameters(for: codes)).rows(as: JSON.self, String.self)
        rows += try session.query(extensions, page.parameters(for: codes)).rows(as: JSON.self, String.self)
        if units.contains(where: { $0.level == .town }) {
            rows += try session.query(declined, Parameters(codes)).rows(as: JSON.self, String.self)
        }
        return rows
    }

    /// Plan: the index matter_whistle_asked, once for each unit; of the dozens of a unit the first are sorted out.
    static let whistles = Statement(
        "decide_whistles",
        """
        select state, text from matter
        where state ? 'whistleAsked' and status in ('assigned', 'accepted', 'in-hand')
            and state #>> '{whistleAsked,approver}' = any($1::text[])
            and ((state ->> 'resolveBy') collate "C", id) > ($2, $3)
        order by (state ->> 'resolveBy') collate "C", id
        limit $4
        """)

    /// Plan: the index matter_extension_asked, in the same way.
    static let extensions = Statement(
        "decide_extensions",
        """
        select state, text from matter
        where state ? 'extended' and not (state -> 'extended') ? 'granted' and status in ('assigned', 'accepted', 'in-hand')
            and state #>> '{extended,approver}' = any($1::text[])
            and ((state ->> 'resolveBy') collate "C", id) > ($2, $3)
        order by (state ->> 'resolveBy') collate "C", id
        limit $4
        """)

    /// Plan: the index matter_called, by the attendance; a city has some dozen at a time.
    static let declined = Statement(
        "decide_declined",
        """
        select state, text from matter
        where state ? 'whistle' and state #>> '{whistle,endedAt}' is null
            and state #> '{whistle,parts}' @> '[{"attendance": "declined"}]' and left(unit, 9) = any($1::text[])
        limit 1000
        """)
}
