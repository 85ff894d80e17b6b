import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// The cases of a unit as a CSV table (RFC 4180), for a spreadsheet: what is personal in their texts is masked, whoever asks,
/// since nobody knows where a file goes.
struct CaseExport: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.table(
                "/v1/cases/export", "The cases of a unit as a table, masked",
                about: "RFC 4180 in UTF-8, in the order in which cases were opened: see docs/reads.md.",
                for: .people("Whoever is posted to the unit or above it."), [ListParameters.unit, Self.from, Self.to]
            ) { try await export($0, $1) }
        ]
    }

    private static let from = Parameter<Instant?>.optional(
        "from", "a time with its zone, 31 days before `to` unless given")
    private static let to = Parameter<Instant?>.optional("to", "a time with its zone, now unless given")

    private func export(_ request: RequestContext, _ identity: Identity) async throws -> Response {
        let unit = try context.unit(
            asked: try ListParameters.unit(request), within: try await context.reach(of: identity))
        let to = try Self.to(request) ?? context.clock.now()
        let from = try Self.from(request) ?? to - .seconds(31 * 86_400)
        guard from < to, to - from <= .seconds(366 * 86_400) else {
            throw Problem(
                .invalidParameter, errors: [.init(parameter: "from", "must be before `to`, and at most 366 days")])
        }
        // The first page before anything is answered: a database that is away is a 503 and no broken table.
        var pages = CasePages(
            context: context, unit: unit, after: CaseCursor(time: Timestamp(from), id: CaseCursor.first.id),
            to: Timestamp(to))
        let first = try await pages.next()
        return .stream(
            .ok, type: "text/csv; charset=utf-8", CaseTable(first: first, rest: pages),
            headers: ["Content-Disposition": "attachment; filename=\"cases-\(unit).csv\"", "Cache-Control": "no-store"])
    }
}

/// Pages of cases in the order in which they were opened. Only one is in memory, and no connection is held while the client
/// takes it.
struct CasePages: Sendable {
    let context: ServiceContext<DispatchHandler>
    let unit: UnitCode
    var after: CaseCursor
    let to: Timestamp
    var isAtEnd = false

    private static let size = 500

    /// Empty at the end.
    mutating func next() async throws -> [CaseView] {
        if isAtEnd { return [] }
        let parameters = Parameters(
            unit.text, unit.text + "~", after.time, after.id.uuid, to, Int32(Self.size))
        let rows = try await context.read { session in
            try session.query(Self.opened, parameters).rows(as: Postgres.JSON.self, String.self)
        }.map { CaseView(try EventJSON.decode(CaseState.self, from: $0.0.utf8), text: $0.1) }
        if let last = rows.last { after = CaseCursor(time: Timestamp(last.openedAt), id: last.id) }
        isAtEnd = rows.count < Self.size
        return rows
    }

    /// Plan: the index matter_opened in its own order; its last column leaves other units out.
    static let opened = Statement(
        "case_export",
        """
        select state, text from matter
        where unit ~>=~ $1 and unit ~<~ $2 and (opened_at, id) > ($3, $4) and opened_at < $5
        order by opened_at, id limit $6
        """)
}

/// The lines of the table, a page of cases at a time.
struct CaseTable: AsyncSequence, Sendable {
    typealias Failure = Never

    let first: [CaseView]
    let rest: CasePages

    /// Spreadsheets take a file for UTF-8 only when it begins with this.
    static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    static let columns = [
        "number", "id", "unit", "origin", "category", "severity", "handling", "status", "owner_unit", "opened_at",
        "accept_by", "resolve_by", "rating", "rule", "text",
    ]

    static func line(_ view: CaseView) -> String {
        line([
            String(view.number), view.id.description, view.unit.text, view.origin.rawValue, view.category,
            view.severity.rawValue, view.handling.rawValue, view.status.rawValue, view.owner.unit.text,
            view.openedAt.description, view.acceptBy.description, view.resolveBy.description,
            view.rating.map(String.init) ?? "", view.rule, PersonalData(in: view.text).masked,
        ])
    }

    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    /// A cell that a spreadsheet would take for a formula begins with an apostrophe: texts are strangers'.
    static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { ["=", "+", "-", "@", "\t", "\r"].contains($0) } ?? false
        let text = isFormula ? "'" + text : text
        guard text.unicodeScalars.contains(where: { ["\"", ",", "\r", "\n"].contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(head: Self.byteOrderMark + Array(Self.line(Self.columns).utf8), page: first, pages: rest)
    }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = Never

        var head: [UInt8]?
        var page: [CaseView]
        var pages: CasePages

        mutating func next() async -> [UInt8]? { await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async -> [UInt8]? {
            var bytes = head ?? []
            head = nil
            if bytes.isEmpty, page.isEmpty { return nil }
            for view in page { bytes += CaseTable.line(view).utf8 }
            do { page = try await pages.next() } catch {
                // The answer has begun: all that is left is a line that no program takes for a case.
                page = []
                bytes += "# the table is incomplete: ask for it again\r\n".utf8
            }
            return bytes
        }
    }
}
