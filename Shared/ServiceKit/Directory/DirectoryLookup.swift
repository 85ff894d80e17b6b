public import Contracts
public import Postgres

/// Loads what a batch needs of the directory in one round trip.
public struct DirectoryLookup: Sendable {
    private var units: Set<UnitCode> = []
    private var people: Set<PersonID> = []
    private var departments: Set<DepartmentCode> = []
    private var gateways: Set<String> = []

    public init() {}

    public mutating func need(_ unit: UnitCode) { units.insert(unit) }
    public mutating func need(_ person: PersonID?) { if let person { people.insert(person) } }
    public mutating func need(_ department: DepartmentCode) { departments.insert(department) }
    public mutating func need(gateway source: String) { gateways.insert(source) }

    private enum Part: CaseIterable { case units, people, departments, gateways }

    public func load(in session: inout Session) throws(PostgresError) -> DirectoryView {
        var view = DirectoryView()
        let wanted = Part.allCases.map { ($0, keys(of: $0)) }.filter { !$0.1.isEmpty }
        if wanted.isEmpty { return view }
        let requests = wanted.map { Request(Self.statement(for: $0.0), Parameters($0.1)) }
        try session.pipeline(requests) { index, result throws(PostgresError) in
            switch wanted[index].0 {
            case .units: view.addUnits(try result.rows(as: String.self, String.self, Timestamp?.self))
            case .people:
                view.addPostings(
                    try result.rows(
                        as: String.self, String?.self, String?.self, String?.self, Timestamp?.self, Timestamp?.self))
            case .departments: view.addDepartments(try result.rows(as: String.self, String.self, [String].self))
            case .gateways: view.addGateways(try result.rows(as: String.self, [String].self))
            }
        }
        return view
    }

    private func keys(of part: Part) -> [String] {
        switch part {
        case .units: units.map(\.text).sorted()
        case .people: people.map(\.text).sorted()
        case .departments: departments.map(\.text).sorted()
        case .gateways: gateways.sorted()
        }
    }

    private static func statement(for part: Part) -> Statement {
        switch part {
        case .units: findUnits
        case .people: findPostings
        case .departments: findDepartments
        case .gateways: findGateways
        }
    }

    // Plans: the primary keys. The keys are a subquery so that their number is no matter for the plan, which a session then
    // makes a few times and keeps: every read asks for somebody's postings, and planning took four times as long as reading.
    private static let findUnits = Statement(
        "directory_find_units",
        "select unit, name, retired_at from directory_unit where unit = any ((select $1::text[])::text[])")
    private static let findPostings = Statement(
        "directory_find_postings",
        """
        select person, role, unit, department, valid_from, valid_to
        from directory_person left join directory_posting using (person)
        where person = any ((select $1::text[])::text[])
        """)
    private static let findDepartments = Statement(
        "directory_find_departments",
        """
        select department, name, communities from directory_department
        where department = any ((select $1::text[])::text[])
        """)
    private static let findGateways = Statement(
        "directory_find_gateways",
        "select source, types from directory_gateway where source = any ((select $1::text[])::text[])")
}

extension DirectoryView {
    fileprivate mutating func addUnits(_ rows: [(String, String, Timestamp?)]) {
        for (code, name, retired) in rows {
            guard let unit = UnitCode(code) else { continue }
            units[unit] = UnitListed(unit: unit, name: name, retired: retired.map { Instant($0) })
        }
    }

    fileprivate mutating func addPostings(
        _ rows: [(String, String?, String?, String?, Timestamp?, Timestamp?)]
    ) {
        for (person, role, unit, department, from, to) in rows {
            guard let person = PersonID(person) else { continue }
            var known = postings[person] ?? []
            if let role = role.flatMap(Role.init(rawValue:)), let from {
                known.append(
                    Posting(
                        role: role, unit: unit.flatMap { UnitCode($0) },
                        department: department.flatMap { DepartmentCode($0) }, from: Instant(from),
                        to: to.map { Instant($0) }))
            }
            postings[person] = known
        }
    }

    fileprivate mutating func addDepartments(_ rows: [(String, String, [String])]) {
        for (code, name, communities) in rows {
            guard let department = DepartmentCode(code) else { continue }
            departments[department] = DepartmentListed(
                department: department, name: name, communities: communities.compactMap { UnitCode($0) })
        }
    }

    fileprivate mutating func addGateways(_ rows: [(String, [String])]) {
        for (source, types) in rows { gateways[source] = Set(types) }
    }
}
