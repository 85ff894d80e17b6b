import Contracts
import Postgres

/// The short numbers that people call cases by: per community and year.
///
/// They are reserved by a statement of their own before the batch: a batch that is done again leaves a gap, which harms
/// nobody, and batches of one community need not wait for each other.
struct CaseNumbers {
    struct Series: Hashable, Comparable {
        let community: UnitCode
        let year: Int32

        init(_ unit: UnitCode, _ time: Instant) {
            community = unit.ancestor(at: .community) ?? unit
            // The city's year: its fixed offset of eight hours.
            let day = (time.milliseconds + 8 * 3_600_000) / 86_400_000
            year = Int32(CivilDate(daysSince1970: day).year)
        }

        init(community: UnitCode, year: Int32) {
            self.community = community
            self.year = year
        }

        static func < (left: Series, right: Series) -> Bool {
            (left.community, left.year) < (right.community, right.year)
        }
    }

    private var nextFree: [Series: Int32] = [:]

    static func reserve(_ wanted: [Series: Int32], in session: inout Session) throws -> CaseNumbers {
        var numbers = CaseNumbers()
        if wanted.isEmpty { return numbers }
        let rows = wanted.sorted { $0.key < $1.key }
        // Other batches of these communities wait for this commit. The batch that uses the numbers is committed after it in the
        // log, and cannot outlast a crash without it.
        let requests = [
            .unhurried,
            Request(
                Self.reserve, Parameters(rows.map(\.key.community.text), rows.map(\.key.year), rows.map(\.value))),
        ]
        var answer: [(String, Int32, Int32)] = []
        try session.pipeline(requests) { index, result throws(PostgresError) in
            if index == 1 { answer = try result.rows(as: String.self, Int32.self, Int32.self) }
        }
        for (community, year, last) in answer {
            guard let community = UnitCode(community) else { continue }
            let series = Series(community: community, year: year)
            numbers.nextFree[series] = last - (wanted[series] ?? 0) + 1
        }
        return numbers
    }

    mutating func next(_ series: Series) -> Int {
        let number = nextFree[series] ?? 0
        nextFree[series] = number + 1
        return Int(number)
    }

    private static let reserve = Statement(
        "case_numbers_reserve",
        """
        insert into matter_number as known (community, year, last)
        select community, year, wanted from unnest($1::text[], $2::int4[], $3::int4[]) as row (community, year, wanted)
        order by community, year
        on conflict (community, year) do update set last = known.last + excluded.last
        returning community, year, last
        """)
}
