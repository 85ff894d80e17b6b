import Contracts
import Postgres

/// Who is posted as each grid's chief now; the first by id where there are several.
struct GridChiefs {
    private let chiefs: [UnitCode: PersonID]

    subscript(unit: UnitCode) -> PersonID? { chiefs[unit] }

    static func load(_ grids: Set<UnitCode>, at now: Instant, in session: inout Session) throws -> GridChiefs {
        if grids.isEmpty { return GridChiefs(chiefs: [:]) }
        let rows = try session.query(find, Parameters(grids.map(\.text).sorted(), Timestamp(now)))
            .rows(as: String.self, String.self)
        var chiefs: [UnitCode: PersonID] = [:]
        for (unit, person) in rows {
            if let unit = UnitCode(unit), let person = PersonID(person) { chiefs[unit] = person }
        }
        return GridChiefs(chiefs: chiefs)
    }

    /// Plan: the index directory_posting_unit, one scan per grid.
    private static let find = Statement(
        "grid_chiefs",
        """
        select distinct on (unit) unit, person from directory_posting
        where unit = any($1) and role = 'grid-chief' and valid_from <= $2 and (valid_to is null or valid_to > $2)
        order by unit, person
        """)
}
