import Contracts
import Postgres
import ServiceKit

/// What entries were before a load changes them: written before the entries themselves, in the same transaction.
struct DirectoryHistory {
    private var rows: [(load: String, kind: String, key: String)] = []

    mutating func add(_ entry: DirectoryEntry) {
        guard let load = entry.load else { return }
        if let unit = entry.unit { rows.append((load, "unit", unit.unit.text)) }
        if let person = entry.person { rows.append((load, "person", person.person.text)) }
        if let department = entry.department { rows.append((load, "department", department.department.text)) }
        if let gateway = entry.gateway { rows.append((load, "gateway", gateway.source)) }
    }

    func request(at now: Instant) -> Request? {
        if rows.isEmpty { return nil }
        return Request(
            Self.insert, Parameters(rows.map(\.load), rows.map(\.kind), rows.map(\.key), Timestamp(now)))
    }

    /// An entry that a load lists twice keeps what it was before the first.
    private static let insert = Statement(
        "directory_history_insert",
        """
        insert into directory_history (load, kind, key, before, listed_at)
        select distinct on (load, kind, key) load, kind, key,
            (select entry from directory_entry old where old.kind = new.kind and old.key = new.key), $4
        from unnest($1::text[], $2::text[], $3::text[]) as new (load, kind, key)
        order by load, kind, key
        on conflict do nothing
        """)
}
