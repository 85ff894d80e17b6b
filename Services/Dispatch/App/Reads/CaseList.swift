import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// A unit's list: open cases of the unit and those below it, the next due first.
struct CaseList: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases", "Open cases of a unit and those below it, the next due first",
                for: .people("Whoever is posted to the unit or above it."),
                [
                    ListParameters.unit, Self.status, Self.handling, Self.severity, Self.category, Self.due,
                    Self.within,
                    ListParameters.after, ListParameters.limit,
                ],
                example:
                    #"{"cases":[\#(CaseView.example)],"next":"1795503600000000_01a20d14-c250-8161-a86c-f842d86e1de1"}"#
            ) { try await page($0, $1) }
        ]
    }

    private static let status = Parameter<CaseState.Status?>.choice("status", "only in this state")
    private static let handling = Parameter<Handling?>.choice("handling", "only those handled so")
    private static let severity = Parameter<Severity?>.choice("severity", "only of this severity")
    private static let category = Parameter<String?>.text(
        "category", "only of this category and those below it", maximum: Limit.code)
    private static let due = Parameter<Due?>.choice("due", "only overdue ones, or those due `within` some hours")
    private static let within = Parameter<Int?>.integer("within", "hours that are soon; 24 unless given", in: 1...720)

    private func page(_ request: RequestContext, _ identity: Identity) async throws -> CasePage {
        let unit = try context.unit(
            asked: try ListParameters.unit(request), within: try await context.reach(of: identity))
        var selection = CaseSelection(unit: unit)
        selection.status = try Self.status(request)?.rawValue
        selection.handling = try Self.handling(request)?.rawValue
        selection.severity = try Self.severity(request)?.rawValue
        selection.category = try Self.category(request)
        if selection.status == CaseState.Status.closed.rawValue {
            throw Problem(
                .invalidParameter,
                errors: [.init(parameter: "status", "closed cases are in no list: look for them in /v1/cases/search")])
        }
        let now = context.clock.now()
        let hours = try Self.within(request) ?? 24
        switch try Self.due(request) {
        case .overdue: selection.before = Timestamp(now)
        case .soon:
            selection.from = Timestamp(now)
            selection.before = Timestamp(now + .seconds(hours * 3_600))
        case nil: break
        }
        let limit = try ListParameters.limit(request)
        let asking = selection.request(after: try ListParameters.after(request) ?? .first, limit: limit)
        let cases = try await context.read { session in
            try session.query(asking.statement, asking.parameters).rows(as: Postgres.JSON.self, String.self)
        }.map { CaseView(try EventJSON.decode(CaseState.self, from: $0.0.utf8), text: $0.1) }
        let last = cases.count < limit ? nil : cases.last
        return CasePage(cases: cases, next: last.map { CaseCursor(time: Timestamp($0.resolveBy), id: $0.id).text })
    }

    enum Due: String, CaseIterable { case overdue, soon }
}

/// Which open cases a list is of.
struct CaseSelection: Sendable {
    var unit: UnitCode
    var status: String?
    var handling: String?
    var severity: String?
    /// This category and those below it.
    var category: String?
    /// Due at this time or later.
    var from: Timestamp?
    /// Due before this time.
    var before: Timestamp?

    init(unit: UnitCode) { self.unit = unit }

    /// One statement for each set of conditions: what is not asked for is not in its text, so that each has one good plan.
    ///
    /// Plans: a town or the city reads the index matter_due in the order of its list and stops when the page is full; its
    /// third column leaves out other towns before any row is fetched. A community or less reads its own stretch of matter_open,
    /// some thousand entries, sorts those, and fetches a page of rows.
    func request(after: CaseCursor, limit: Int) -> Postgres.Request {
        var name = unit.level <= .town ? "case_list_wide" : "case_list_near"
        // What the index lies after: whichever of the two is later.
        let start = from.map { max(CaseCursor(time: $0, id: EventID(CaseCursor.zero)), after) } ?? after
        var parameters = Parameters(unit.text, unit.text + "~", start.time, start.id.uuid, Int32(limit))
        var conditions = ""
        var count = 5
        func add(_ condition: String, _ short: String, _ value: some PostgresValue) {
            count += 1
            conditions += " and \(condition) $\(count)"
            name += "_\(short)"
            parameters.append(value)
        }
        if let before { add("resolve_by <", "due", before) }
        if let status { add("status =", "status", status) }
        if let handling { add("handling =", "handling", handling) }
        if let severity { add("severity =", "severity", severity) }
        if let category {
            add("category ~>=~", "category", category)
            add("category ~<~", "below", category + "/")
        }
        let chosen = """
            from matter
            where status <> 'closed' and owner_unit ~>=~ $1 and owner_unit ~<~ $2 and (resolve_by, id) > ($3, $4)\(conditions)
            """
        let sql =
            unit.level <= .town
            ? "select state, text \(chosen) order by resolve_by, id limit $5"
            : """
            with near as materialized (select id, resolve_by \(chosen)), page as materialized (
                select id, resolve_by from near order by resolve_by, id limit $5)
            select state, text from page join matter using (id) order by page.resolve_by, page.id
            """
        return Postgres.Request(Statement(name, sql), parameters)
    }
}

extension CaseCursor: Comparable {
    static func < (left: CaseCursor, right: CaseCursor) -> Bool { (left.time, left.id) < (right.time, right.id) }
}
