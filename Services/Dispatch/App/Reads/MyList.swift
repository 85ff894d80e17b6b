import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// What waits for the one who asks, the next due first: cases of hers, cases of her units that are nobody's yet, whistles that her
/// department has still to answer, what her units have to decide, and what they have to see to when a matter is called settled.
struct MyList: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/mine", "What waits for the one who asks, the next due first",
                about:
                    "Cases of hers, cases of her units that are nobody's yet, whistles that her department has to answer, and what her units have to decide: a whistle, more time, or whether a department may stay away. When a matter is called settled, what is left: to verify and close it, to mark each department of a whistle that is over, and for the department to say whether it was needed, both for 30 days.",
                for: .people("Everybody: each sees her own."), [ListParameters.after, ListParameters.limit],
                example:
                    #"{"items":[{"case":\#(CaseView.example),"due":"2026-11-24T02:00:00.000Z","wanted":"accept"}]}"#
            ) { try await page($0, $1) }
        ]
    }

    /// One thing that waits.
    struct Item: Codable {
        enum Wanted: String, Codable, CaseIterable {
            case accept, resolve
            /// A department that was called: to come, then to say that it is done.
            case checkIn = "check-in"
            case done
            /// A whistle that her unit has to approve, more time that it was asked for, and a department that declines.
            case approveWhistle = "approve-whistle"
            case decideExtension = "decide-extension"
            case decideDecline = "decide-decline"
            /// What was called settled: her community sees whether it is, and closes it.
            case verify, close
            /// A whistle that is over: her community marks each department, and her department says whether it was needed.
            case judgeWhistle = "judge-whistle"
            case assessWhistle = "assess-whistle"
        }

        let wanted: Wanted
        let due: Instant
        /// Whose part it is, where it is a department's.
        let department: DepartmentCode?
        let `case`: CaseView

        var cursor: CaseCursor { CaseCursor(time: Timestamp(due), id: `case`.id) }
    }

    /// What a case wants of somebody besides its owner.
    struct Due {
        let wanted: Item.Wanted
        let due: Instant
        var department: DepartmentCode?
    }

    struct MyPage: Codable {
        let items: [Item]
        let next: String?
    }

    /// Where a page of the list begins, and how many it holds at least, where there are so many.
    struct PageBounds {
        let after: CaseCursor
        let limit: Int

        /// What the statements take that follow an index in the order of the list: whose, after what is due when, after which
        /// case, how many.
        func parameters(for keys: [String]) -> Parameters {
            Parameters(keys, Instant(after.time).description, after.id.uuid, Int32(limit))
        }
    }

    /// What the parts of a whistle contain where the department is called: an index answers to it.
    static func part(of department: DepartmentCode) -> Postgres.JSON {
        Postgres.JSON(utf8: Array(#"[{"department":"\#(department)"}]"#.utf8))
    }

    private func page(_ request: RequestContext, _ identity: Identity) async throws -> MyPage {
        let page = PageBounds(
            after: try ListParameters.after(request) ?? .first, limit: try ListParameters.limit(request))
        let reach = try await context.reach(of: identity)
        let now = context.clock.now()
        let items = try await context.read { session in
            try Self.items(waitingFor: reach, at: now, page, in: &session)
        }
        return MyPage(items: items, next: items.count < page.limit ? nil : items.last?.cursor.text)
    }

    static func items(
        waitingFor reach: Reach, at now: Instant, _ page: PageBounds, in session: inout Session,
        where isMeant: (Item.Wanted) -> Bool = { _ in true }
    ) throws -> [Item] {
        let keys = [reach.person.text] + reach.units.map(\.text)
        var rows = try session.query(own, page.parameters(for: keys)).rows(as: Postgres.JSON.self, String.self)
        rows += try Decisions.load(for: reach.units, page, in: &session)
        rows += try FollowUps.load(for: reach, at: now, page, in: &session)
        for department in reach.departments {
            rows += try session.query(called, Parameters(part(of: department)))
                .rows(as: Postgres.JSON.self, String.self)
        }
        // A case that waits for her in two ways comes twice.
        var seen: Set<EventID> = []
        let items = try rows.flatMap { row -> [Item] in
            let state = try EventJSON.decode(CaseState.self, from: row.0.utf8)
            return seen.insert(state.id).inserted ? Self.items(of: state, row.1, for: reach, at: now) : []
        }.filter { $0.cursor > page.after && isMeant($0.wanted) }.sorted { $0.cursor < $1.cursor }
        // A page does not end between two that are due together.
        guard let last = items.prefix(page.limit).last else { return [] }
        return Array(items.prefix { $0.cursor <= last.cursor })
    }

    /// What one case wants of somebody: both as its owner and as one who was called.
    static func items(of state: CaseState, _ text: String, for reach: Reach, at now: Instant) -> [Item] {
        let view = CaseView(state, text: text)
        var items: [Item] = []
        let isOwner = state.owner.person.map { $0 == reach.person } ?? reach.units.contains(state.owner.unit)
        if state.isOpen, isOwner {
            let isNew = state.status == .assigned
            items.append(
                Item(
                    wanted: isNew ? .accept : .resolve, due: isNew ? state.acceptBy : state.resolveBy, department: nil,
                    case: view))
        }
        let others = Decisions.items(of: state, for: reach.units) + FollowUps.items(of: state, for: reach, at: now)
        items += others.map {
            Item(wanted: $0.wanted, due: $0.due, department: $0.department, case: view)
        }
        for part in state.openWhistle?.parts ?? [] where reach.departments.contains(part.department) {
            if part.attendance == .summoned || part.attendance == .missed {
                items.append(Item(wanted: .checkIn, due: part.arriveBy, department: part.department, case: view))
            } else if part.attendance == .arrived || part.attendance == .late {
                items.append(Item(wanted: .done, due: part.completeBy, department: part.department, case: view))
            }
        }
        return items
    }

    /// Plan: for each of the few keys a stretch of the index matter_waiting, which is in the order of the list.
    static let own = Statement(
        "case_list_mine",
        """
        select found.state, found.text
        from unnest($1::text[]) as owner (key), lateral (
            select id, state, text, (case status when 'assigned' then state ->> 'acceptBy' else state ->> 'resolveBy' end) as due
            from matter
            where status <> 'closed' and status not in ('resolved', 'verified') and coalesce(owner_person, owner_unit) = owner.key
                and ((case status when 'assigned' then state ->> 'acceptBy' else state ->> 'resolveBy' end) collate "C", id)
                    > ($2, $3)
            order by (case status when 'assigned' then state ->> 'acceptBy' else state ->> 'resolveBy' end) collate "C", id
            limit $4
        ) as found
        order by found.due collate "C", found.id
        limit $4
        """)

    /// Plan: the index matter_called, by the department. A department has some dozen open whistles at a time.
    static let called = Statement(
        "case_list_called",
        """
        select state, text from matter
        where state ? 'whistle' and state #>> '{whistle,endedAt}' is null and state #> '{whistle,parts}' @> $1
        limit 1000
        """)
}
