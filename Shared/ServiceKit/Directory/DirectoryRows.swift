import Contracts
public import Postgres

/// Writes directory changes to the service's own directory tables; later listings win.
public enum DirectoryRows {
    /// Requests in the order of the tables, each in the order of its keys.
    public static func requests(for changes: [DirectoryChange]) -> [Request] {
        var units: [UnitCode: (UnitListed, Instant)] = [:]
        var people: [PersonID: (PersonListed, Instant)] = [:]
        var departments: [DepartmentCode: (DepartmentListed, Instant)] = [:]
        var gateways: [String: (GatewayListed, Instant)] = [:]
        for change in changes {
            switch change {
            case .unit(let listed, let at): keepLater(listed, at, in: &units, under: listed.unit)
            case .person(let listed, let at): keepLater(listed, at, in: &people, under: listed.person)
            case .department(let listed, let at): keepLater(listed, at, in: &departments, under: listed.department)
            case .gateway(let listed, let at): keepLater(listed, at, in: &gateways, under: listed.source)
            }
        }
        return [
            unitRequest(units.sorted { $0.key < $1.key }.map(\.value)),
            personRequest(people.sorted { $0.key < $1.key }.map(\.value)),
            departmentRequest(departments.sorted { $0.key < $1.key }.map(\.value)),
            gatewayRequest(gateways.sorted { $0.key < $1.key }.map(\.value)),
        ].compactMap { $0 }
    }

    private static func keepLater<Key: Hashable, Listed>(
        _ listed: Listed, _ at: Instant, in kept: inout [Key: (Listed, Instant)], under key: Key
    ) {
        if let known = kept[key], known.1 > at { return }
        kept[key] = (listed, at)
    }

    private static func unitRequest(_ rows: [(UnitListed, Instant)]) -> Request? {
        if rows.isEmpty { return nil }
        let retired = rows.map { row in row.0.retired.map { Timestamp($0) } }
        return Request(
            Self.units,
            Parameters(rows.map(\.0.unit.text), rows.map(\.0.name), retired, rows.map { Timestamp($0.1) }))
    }

    private static func personRequest(_ rows: [(PersonListed, Instant)]) -> Request? {
        if rows.isEmpty { return nil }
        let postings = rows.flatMap { row in
            row.0.postings.enumerated().map { (row.0.person, Int32($0.offset), $0.element) }
        }
        return Request(
            Self.people,
            Parameters(
                rows.map(\.0.person.text), rows.map(\.0.name), rows.map(\.0.language.rawValue),
                rows.map { Timestamp($0.1) }, postings.map(\.0.text), postings.map(\.1),
                postings.map(\.2.role.rawValue),
                postings.map { $0.2.unit?.text }, postings.map { $0.2.department?.text },
                postings.map { Timestamp($0.2.from) }, postings.map { posting in posting.2.to.map { Timestamp($0) } }))
    }

    private static func departmentRequest(_ rows: [(DepartmentListed, Instant)]) -> Request? {
        if rows.isEmpty { return nil }
        // No arrays of arrays in Postgres: the communities of a row travel as one text, which holds digits and commas.
        let communities = rows.map { $0.0.communities.map(\.text).joined(separator: ",") }
        return Request(
            Self.departments,
            Parameters(
                rows.map(\.0.department.text), rows.map(\.0.name), communities, rows.map { Timestamp($0.1) }))
    }

    private static func gatewayRequest(_ rows: [(GatewayListed, Instant)]) -> Request? {
        if rows.isEmpty { return nil }
        return Request(
            Self.gateways,
            Parameters(
                rows.map(\.0.source), rows.map { $0.0.types.joined(separator: ",") }, rows.map { Timestamp($0.1) }))
    }

    private static let units = Statement(
        "directory_units",
        """
        insert into directory_unit (unit, name, retired_at, listed_at)
        select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
        on conflict (unit) do update
            set name = excluded.name, retired_at = excluded.retired_at, listed_at = excluded.listed_at
            where directory_unit.listed_at <= excluded.listed_at
        """)

    /// A person's postings are replaced as a whole, and only where this listing is not older than the known one.
    private static let people = Statement(
        "directory_people",
        """
        with listed as (
            insert into directory_person (person, name, language, listed_at)
            select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
            on conflict (person) do update
                set name = excluded.name, language = excluded.language, listed_at = excluded.listed_at
                where directory_person.listed_at <= excluded.listed_at
            returning person
        ), wanted as (
            select person, ordinal, role, unit, department, valid_from, valid_to
            from unnest(
                $5::text[], $6::int4[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[])
                as posting (person, ordinal, role, unit, department, valid_from, valid_to)
            where person in (select person from listed)
        ), gone as (
            delete from directory_posting old using listed
            where old.person = listed.person
                and not exists (select from wanted w where w.person = old.person and w.ordinal = old.ordinal)
        )
        insert into directory_posting (person, ordinal, role, unit, department, valid_from, valid_to)
        select person, ordinal, role, unit, department, valid_from, valid_to from wanted
        on conflict (person, ordinal) do update
            set role = excluded.role, unit = excluded.unit, department = excluded.department,
                valid_from = excluded.valid_from, valid_to = excluded.valid_to
        """)

    private static let departments = Statement(
        "directory_departments",
        """
        insert into directory_department (department, name, communities, listed_at)
        select department, name, string_to_array(communities, ','), listed_at
        from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
            as row (department, name, communities, listed_at)
        on conflict (department) do update
            set name = excluded.name, communities = excluded.communities, listed_at = excluded.listed_at
            where directory_department.listed_at <= excluded.listed_at
        """)

    private static let gateways = Statement(
        "directory_gateways",
        """
        insert into directory_gateway (source, types, listed_at)
        select source, string_to_array(types, ','), listed_at
        from unnest($1::text[], $2::text[], $3::timestamptz[]) as row (source, types, listed_at)
        on conflict (source) do update
            set types = excluded.types, listed_at = excluded.listed_at
            where directory_gateway.listed_at <= excluded.listed_at
        """)
}
