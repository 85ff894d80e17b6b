import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What intake forgets in time, and how it gets rid of an old key.
struct IntakeChores: Sendable {
    let columns: SealedColumns
    let retention: RegisterRetention

    var all: [Chore] {
        Register.allCases.compactMap { register in
            retention.superseded[register].map { superseded(register, after: $0) }
        } + [
            Chore("doors", keeping: retention.doors, Self.doors), Chore("looks", keeping: retention.looks, Self.looks),
            resealing,
        ]
    }

    /// A fact is never changed; once another has taken its place for long enough it goes. The latest stays.
    private func superseded(_ register: Register, after period: Duration) -> Chore {
        Chore("facts-\(register.rawValue)") { session, now, limit in
            Int(
                try session.query(
                    Self.supersededFacts, Parameters(register.rawValue, Timestamp(now - period), limit)
                ).value(Int64.self, row: 0, column: 0))
        }
    }

    /// Plan: the index fact_grid is of no use here; facts are read in the order of the primary key, register by register,
    /// and each asks it for a later one.
    private static let supersededFacts = Statement(
        "chore_facts",
        """
        with old as (
            select register, subject, attribute, since, visit_id from fact
            where register = $1 and exists (
                select from fact later
                where later.register = fact.register and later.subject = fact.subject
                    and later.attribute = fact.attribute
                    and (later.since, later.visit_id) > (fact.since, fact.visit_id) and later.since < $2)
            limit $3 for update skip locked
        ), gone as (
            delete from fact using old
            where (fact.register, fact.subject, fact.attribute, fact.since, fact.visit_id)
                = (old.register, old.subject, old.attribute, old.since, old.visit_id)
            returning 1
        )
        select count(*) from gone
        """)

    /// The visit stays, for the hours and the counts of the patrol. Plan: the index visit_door.
    private static let doors = Statement(
        "chore_doors",
        """
        with old as (
            select id from visit where visited_at < $1 and (label is not null or note is not null)
            limit $2 for update skip locked
        ), gone as (
            update visit set label = null, note = null from old where visit.id = old.id returning 1
        )
        select count(*) from gone
        """)

    /// Plan: the primary key from its beginning, since looks come in order.
    private static let looks = Statement(
        "chore_looks",
        """
        with old as (
            select id from look where looked_at < $1 order by id limit $2 for update skip locked
        ), gone as (
            delete from look using old where look.id = old.id returning 1
        )
        select count(*) from gone
        """)

    /// Doors and notes need none of it: they are gone before an old key has to be.
    private var resealing: Chore {
        let columns = columns
        return Chore("reseal-facts", limit: 500) { session, _, limit in
            try session.transaction { session in
                let rows = try session.query(
                    Self.outdated, Parameters(Bytes(columns.cipher.currentPrefix), limit)
                ).rows(as: String.self, String.self, String.self, Timestamp.self, UUID.self, Bytes.self)
                if rows.isEmpty { return 0 }
                let keys = rows.map { row in
                    FactKey(register: row.0, subject: row.1, attribute: row.2, since: row.3, visit: EventID(row.4))
                }
                let values = try zip(rows, keys).map { columns.seal(try columns.open($0.5, $1), $1) }
                _ = try session.query(
                    Self.rewrite,
                    Parameters(rows.map(\.0), rows.map(\.1), rows.map(\.2), rows.map(\.3), rows.map(\.4), values)
                ).rowCount
                return rows.count
            }
        }
    }

    /// Plan: the index fact_key_id on both sides of the current key.
    private static let outdated = Statement(
        "chore_facts_outdated",
        """
        select register, subject, attribute, since, visit_id, value from fact
        where substring(value from 1 for 3) < $1 or substring(value from 1 for 3) > $1
        limit $2 for update skip locked
        """)
    private static let rewrite = Statement(
        "chore_facts_reseal",
        """
        update fact set value = new.value
        from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[], $6::bytea[])
            as new (register, subject, attribute, since, visit_id, value)
        where (fact.register, fact.subject, fact.attribute, fact.since, fact.visit_id)
            = (new.register, new.subject, new.attribute, new.since, new.visit_id)
        """)
}
