import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What is left to do once a matter is called settled, or its whistle is over: the community sees whether it is settled, closes
/// it and marks the departments; each of them says whether it was needed.
enum FollowUps {
    /// For how long marks and views are asked for after a whistle's end. They can be given later too.
    static let asked = Duration.seconds(30 * 86_400)

    static func items(of state: CaseState, for reach: Reach, at now: Instant) -> [MyList.Due] {
        let isTheirs = reach.units.contains(state.community)
        var items: [MyList.Due] = []
        if isTheirs, state.status == .resolved { items.append(.init(wanted: .verify, due: state.resolveBy)) }
        if isTheirs, state.status == .verified { items.append(.init(wanted: .close, due: state.resolveBy)) }
        guard let whistle = state.whistle, let endedAt = whistle.endedAt, endedAt > now - asked else { return items }
        for part in whistle.parts where part.attendance != .released {
            if isTheirs, part.judgement == nil {
                items.append(.init(wanted: .judgeWhistle, due: endedAt + asked, department: part.department))
            }
            if part.assessment == nil, reach.departments.contains(part.department) {
                items.append(.init(wanted: .assessWhistle, due: endedAt + asked, department: part.department))
            }
        }
        return items
    }

    /// Cases with something of that for her, those of the page among them.
    static func load(
        for reach: Reach, at now: Instant, _ page: MyList.PageBounds, in session: inout Session
    ) throws -> [(JSON, String)] {
        let units = reach.units.map(\.text)
        let since = (now - asked).description
        var rows: [(JSON, String)] = []
        if !units.isEmpty {
            rows += try session.query(settled, page.parameters(for: units)).rows(as: JSON.self, String.self)
            rows += try session.query(unjudged, Parameters(units, since)).rows(as: JSON.self, String.self)
        }
        for department in reach.departments {
            rows += try session.query(unassessed, Parameters(MyList.part(of: department), since))
                .rows(as: JSON.self, String.self)
        }
        return rows
    }

    /// Plan: for each of the few units a stretch of the index matter_settled, which is in the order of the list.
    static let settled = Statement(
        "follow_settled",
        """
        select found.state, found.text
        from unnest($1::text[]) as post (unit), lateral (
            select id, state, text from matter
            where status in ('resolved', 'verified') and community = post.unit
                and ((state ->> 'resolveBy') collate "C", id) > ($2, $3)
            order by (state ->> 'resolveBy') collate "C", id
            limit $4
        ) as found
        order by (found.state ->> 'resolveBy') collate "C", found.id
        limit $4
        """)

    /// Plan: a stretch of the index matter_unjudged for each unit. A community has some hundred whistles a month.
    static let unjudged = Statement(
        "follow_unjudged",
        """
        select state, text from matter
        where community = any($1::text[]) and state #>> '{whistle,endedAt}' is not null
            and jsonb_path_exists(state, '$.whistle.parts[*] ? (@.attendance != "released" && !exists(@.judgement))')
            and (state #>> '{whistle,endedAt}') collate "C" > $2
        order by (state #>> '{whistle,endedAt}') collate "C"
        limit 1000
        """)

    /// Plan: the index matter_unassessed, by the department. A department is called some hundred times a month.
    static let unassessed = Statement(
        "follow_unassessed",
        """
        select state, text from matter
        where state #>> '{whistle,endedAt}' is not null
            and jsonb_path_exists(state, '$.whistle.parts[*] ? (@.attendance != "released" && !exists(@.assessment))')
            and state #> '{whistle,parts}' @> $1 and (state #>> '{whistle,endedAt}') collate "C" > $2
        order by (state #>> '{whistle,endedAt}') collate "C"
        limit 1000
        """)
}
