import Contracts

/// The part of the directory that telling of a batch's events needs, as a value: loaded by `DirectoryNeeds`.
struct NoticeDirectory: Sendable {
    private let units: [UnitCode: UnitListed]
    private let departments: [DepartmentCode: DepartmentListed]
    private let people: [PersonID: PersonListed]
    private let staff: [Post: [PersonID]]

    private enum Post: Hashable {
        case unit(UnitCode, Role)
        case department(DepartmentCode, Role)
    }

    init(units: [UnitListed] = [], departments: [DepartmentListed] = [], people: [PersonListed] = []) {
        self.units = Dictionary(units.map { ($0.unit, $0) }) { $1 }
        self.departments = Dictionary(departments.map { ($0.department, $0) }) { $1 }
        self.people = Dictionary(people.map { ($0.person, $0) }) { $1 }
        var staff: [Post: [PersonID]] = [:]
        for person in people {
            for posting in person.postings {
                if let unit = posting.unit { staff[.unit(unit, posting.role), default: []].append(person.person) }
                if let department = posting.department {
                    staff[.department(department, posting.role), default: []].append(person.person)
                }
            }
        }
        self.staff = staff
    }

    func name(of unit: UnitCode) -> String { units[unit]?.name ?? unit.text }
    func name(of department: DepartmentCode) -> String { departments[department]?.name ?? department.text }
    func person(_ id: PersonID) -> PersonListed? { people[id] }

    /// Who is posted at the unit itself in one of the roles, by id.
    func people(at unit: UnitCode, _ roles: Set<Role>, _ time: Instant) -> [Recipient] {
        recipients(roles, time) {
            Post.unit(unit, $0)
        } holds: {
            $0.unit == unit
        }
    }

    func people(of department: DepartmentCode, _ roles: Set<Role>, _ time: Instant) -> [Recipient] {
        recipients(roles, time) {
            Post.department(department, $0)
        } holds: {
            $0.department == department
        }
    }

    private func recipients(
        _ roles: Set<Role>, _ time: Instant, post: (Role) -> Post, holds: (Posting) -> Bool
    ) -> [Recipient] {
        roles.sorted { $0.rawValue < $1.rawValue }.flatMap { role in
            (staff[post(role)] ?? []).compactMap { id -> Recipient? in
                guard let person = people[id] else { return nil }
                let posting = person.postings.first { $0.role == role && holds($0) && $0.isValid(at: time) }
                return posting.map { Recipient(person, $0) }
            }
        }.sorted { $0.person < $1.person }
    }
}
