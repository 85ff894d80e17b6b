import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// Looks for words in the texts of all cases, closed ones too, of a unit and those below it; the newest first.
struct CaseSearch: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases/search", "Words in the texts of all cases of a unit and those below it, the newest first",
                about:
                    "Closed cases too. Words of two Chinese characters and more, and whole Latin words: see docs/reads.md.",
                for: .people("Whoever is posted to the unit or above it."),
                [Self.words, ListParameters.unit, ListParameters.after, ListParameters.limit],
                example: #"""
                    {"cases":[\#(CaseView.example)],"isComplete":true,"searchedBackTo":"2025-01-02T01:00:00.000Z"}
                    """#
            ) { try await page($0, $1) }
        ]
    }

    private static let words = Parameter<String>.text(
        "q", "words with spaces between them, all of them wanted", maximum: 200)

    struct SearchPage: Codable {
        let cases: [CaseView]
        /// For `after` of the next page; missing when there is nothing left to look through.
        let next: String?
        /// Everything that was opened since then was looked through.
        let searchedBackTo: Instant
        /// Whether that is everything. If not, the page may be short: go on with `next`.
        let isComplete: Bool
    }

    private func page(_ request: RequestContext, _ identity: Identity) async throws -> SearchPage {
        let text = try Self.words(request)
        let query: SearchQuery
        do throws(SearchQuery.Fault) { query = try SearchQuery(text) } catch {
            throw Problem(.invalidParameter, errors: [.init(parameter: "q", "must \(error.description)")])
        }
        let unit = try context.unit(
            asked: try ListParameters.unit(request), within: try await context.reach(of: identity))
        let after = try ListParameters.after(request) ?? .last
        let looking = SearchRun(query: query, unit: unit, limit: try ListParameters.limit(request))
        let (found, rows) = try await context.read { session in
            let found = try looking.run(after: after, in: &session)
            return (found, try CaseViews.load(found.hits.map(\.id), in: &session))
        }
        return SearchPage(
            cases: rows, next: found.next?.text, searchedBackTo: Instant(found.reached.time),
            isComplete: found.isComplete)
    }
}

/// One search: months newest first until the page is full.
///
/// A word that is everywhere fills its page from the newest cases alone, which are looked through first where the reach is
/// wide; asking the index for it would bring every case of a month. What is left is rarer, and of it the index brings a
/// month's few; of a word that the last months hardly have, a year's.
struct SearchRun: Sendable {
    let query: SearchQuery
    let unit: UnitCode
    let limit: Int
    /// How many of the newest cases are looked through before the index is asked.
    var newest = 1_000
    /// How many are looked through where the index cannot help, since all there is to look for is a single character.
    var scanAtMost = 20_000

    struct Outcome {
        var hits: [CaseCursor] = []
        /// How far back it has looked.
        var reached: CaseCursor
        var isComplete = false
        /// Where to go on.
        var next: CaseCursor? { isComplete ? nil : reached }
    }

    func run(after cursor: CaseCursor, in session: inout Session) throws -> Outcome {
        var outcome = Outcome(reached: cursor)
        guard let oldest = try session.query(Self.oldest).rows(as: Timestamp.self).first else {
            outcome.isComplete = true
            return outcome
        }
        if query.tokens.isEmpty {
            var seen = 0
            while seen < scanAtMost, outcome.hits.count < limit, !outcome.isComplete {
                try scan(&outcome, in: &session)
                seen += newest
            }
            return outcome
        }
        if unit.level <= .town {
            // Again while it brings much: asked for such a word the index would bring thousands, all of a month.
            var before: Int
            repeat {
                before = outcome.hits.count
                try scan(&outcome, in: &session)
            } while outcome.hits.count < limit && !outcome.isComplete && (outcome.hits.count - before) * 4 >= limit
        }
        if outcome.hits.count < limit, !outcome.isComplete { try askIndex(&outcome, oldest, in: &session) }
        return outcome
    }

    /// Looks through the newest cases that have not been looked through.
    private func scan(_ outcome: inout Outcome, in session: inout Session) throws {
        let wanted = limit - outcome.hits.count
        let rows = try session.query(
            Self.scanNewest,
            Parameters(
                outcome.reached.time, outcome.reached.id.uuid, Int32(newest), unit.text, unit.text + "~",
                query.patterns,
                Int32(wanted))
        ).rows(as: UUID.self, Timestamp.self, Bool.self)
        let hits = rows.filter(\.2).map { CaseCursor(time: $0.1, id: EventID($0.0)) }
        outcome.hits += hits
        if hits.count == wanted, let last = hits.last {
            outcome.reached = last
        } else if let end = rows.first(where: { !$0.2 }) {
            outcome.reached = CaseCursor(time: end.1, id: EventID(end.0))
        } else {
            outcome.isComplete = true
        }
    }

    private func askIndex(_ outcome: inout Outcome, _ oldest: Timestamp, in session: inout Session) throws {
        let newestMonth = SearchIndex.Month(of: Instant(outcome.reached.time)).number
        let oldestMonth = SearchIndex.Month(of: Instant(oldest)).number
        // The cursor of a first page lies in the far future.
        let start = min(newestMonth, SearchIndex.Month(of: Instant(try newestTime(in: &session))).number)
        let months = stride(from: start, through: oldestMonth, by: -1).map { SearchIndex.Month(number: $0) }
        let wanted = limit - outcome.hits.count
        let asked = byKeys(in: months, after: outcome.reached, wanted)
        let byKeys = try session.query(asked.statement, asked.parameters).rows(as: UUID.self, Timestamp.self)
        let moved = try session.query(
            Self.findMoved,
            Parameters(
                unit.text, unit.text + "~", outcome.reached.time, outcome.reached.id.uuid, query.patterns, Int32(wanted)
            )
        ).rows(as: UUID.self, Timestamp.self)
        let rows = (byKeys + moved).map { CaseCursor(time: $0.1, id: EventID($0.0)) }.sorted(by: >).prefix(wanted)
        outcome.hits += rows
        if rows.count == wanted, let last = outcome.hits.last {
            outcome.reached = last
        } else {
            outcome.reached = CaseCursor(time: oldest, id: EventID(CaseCursor.zero))
            outcome.isComplete = true
        }
    }

    /// - Parameter months: newest first.
    func byKeys(in months: [SearchIndex.Month], after cursor: CaseCursor, _ wanted: Int) -> Postgres.Request {
        let spans = Self.spans(of: months.count)
        let keys = months.map { SearchIndex.keys(of: query, within: unit, in: $0) }
        // Three are enough to leave little that is not meant, and from all over the words rather than from the first one.
        let tokens = Set([0, query.tokens.count / 2, query.tokens.count - 1]).sorted()
        var parameters = Parameters(
            spans.map { Int32($0.lowerBound) }, spans.map { Int32($0.upperBound) }, unit.text, unit.text + "~",
            cursor.time, cursor.id.uuid, query.patterns, Int32(wanted))
        for token in tokens { parameters.append(keys.map { $0[token] }) }
        return Postgres.Request(Self.findByKeys[tokens.count - 1], parameters)
    }

    /// How many months are looked through at once, counted from 1: twice as many each time, since a word that the last months did
    /// not bring much of is rare, and no more than a year, since it may be one of a season.
    static func spans(of months: Int) -> [ClosedRange<Int>] {
        var spans: [ClosedRange<Int>] = []
        var first = 1
        while first <= months {
            let last = first + min(max(first - 1, 1), 12) - 1
            spans.append(first...min(last, months))
            first = last + 1
        }
        return spans
    }

    private func newestTime(in session: inout Session) throws -> Timestamp {
        try session.query(Self.newestStatement).rows(as: Timestamp.self).first ?? Timestamp(microsecondsSince1970: 0)
    }

    // Plans: both ends of the index matter_search_newest.
    static let oldest = Statement(
        "search_oldest", "select opened_at from matter_search order by opened_at, matter_id limit 1")
    static let newestStatement = Statement(
        "search_newest", "select opened_at from matter_search order by opened_at desc, matter_id desc limit 1")

    /// Plan: a stretch of matter_search_newest. The last row says where it ended; it is missing when nothing was there.
    static let scanNewest = Statement(
        "search_scan",
        """
        with newest as materialized (
            select matter_id, opened_at, unit, folded from matter_search where (opened_at, matter_id) < ($1, $2)
            order by opened_at desc, matter_id desc limit $3
        ), found as materialized (
            select matter_id, opened_at from newest where unit ~>=~ $4 and unit ~<~ $5 and folded like all ($6)
            order by opened_at desc, matter_id desc limit $7
        ), ends as materialized (
            select matter_id, opened_at from newest order by opened_at, matter_id limit 1
        )
        select matter_id, opened_at, true from found
        union all
        select matter_id, opened_at, false from ends
        """)

    /// For one token, for two, and for three.
    ///
    /// Plan: a nested loop over the spans of months, newest first, with one look into matter_search_keys for each; the outer limit
    /// ends the loop. What the keys find by chance, or apart in the text, the patterns leave out. All that is asked for is a
    /// subquery, so that what it is does not change what the plan is said to cost: a session makes it a few times and keeps it.
    /// `offset 0` keeps the cursor out of the index scan: the server would look through all entries of matter_search_newest before
    /// it, to combine them with the few that the keys find.
    static let findByKeys = (1...3).map { count in
        Statement(
            "search_keys_\(count)",
            """
            select found.matter_id, found.opened_at
            from unnest((select $1::int4[]), (select $2::int4[])) as span (first, last), lateral (
                select matter_id, opened_at
                from (
                    select matter_id, opened_at from matter_search
                    where not is_moved and unit ~>=~ (select $3) and unit ~<~ (select $4)
                        and folded like all ((select $7)::text[])
                        \((1...count).map { "and keys && ((select $\($0 + 8)::int4[]))[span.first : span.last]" }
                            .joined(separator: " "))
                    offset 0
                ) as alike
                where (opened_at, matter_id) < ((select $5::timestamptz), (select $6::uuid))
                order by opened_at desc, matter_id desc limit (select $8::int4)
            ) as found
            limit (select $8::int4)
            """)
    }

    /// Plan: the index matter_search_moved, which has few rows.
    static let findMoved = Statement(
        "search_moved",
        """
        select matter_id, opened_at from matter_search
        where is_moved and unit ~>=~ $1 and unit ~<~ $2 and (opened_at, matter_id) < ($3, $4) and folded like all ($5)
        order by opened_at desc, matter_id desc limit $6
        """)
}

/// Cases by their ids, in the order of the ids.
enum CaseViews {
    static func load(_ ids: [EventID], in session: inout Session) throws -> [CaseView] {
        if ids.isEmpty { return [] }
        return try session.query(find, Parameters(ids.map(\.uuid))).rows(as: Postgres.JSON.self, String.self).map {
            CaseView(try EventJSON.decode(CaseState.self, from: $0.0.utf8), text: $0.1)
        }
    }

    /// Plan: the primary key of matter, once for each. The ids are a subquery so that their number is no matter for the plan,
    /// which a session then makes a few times and keeps: making it takes longer than the rows of a page.
    static let find = Statement(
        "case_views",
        """
        select state, text
        from unnest((select $1::uuid[])) with ordinality as wanted (id, place) join matter using (id)
        order by wanted.place
        """)
}
