import Contracts

extension NoticeRule {
    /// Who is told of an event by this rule: each person once, in the order of the audiences and then of their ids.
    ///
    /// Postings count as they were when the event happened, so that the answer does not depend on when it is asked.
    func recipients(of occasion: Occasion, in directory: NoticeDirectory) -> [Recipient] {
        var seen: Set<PersonID> = exceptActor ? Set([occasion.envelope.actor].compactMap { $0 }) : []
        return audiences.flatMap { $0.people(of: occasion, in: directory) }.filter { seen.insert($0.person).inserted }
    }
}

extension Audience {
    fileprivate func people(of occasion: Occasion, in directory: NoticeDirectory) -> [Recipient] {
        let time = occasion.envelope.time
        let matter = occasion.matter
        func one(_ person: PersonID?) -> [Recipient] {
            [person.flatMap(directory.person)].compactMap { $0 }.map { Recipient($0, near: matter?.unit, time) }
        }
        func staff(_ level: UnitCode.Level) -> [Recipient] {
            guard let unit = matter?.unit.ancestor(at: level) else { return [] }
            return directory.people(at: unit, roles ?? [level.staff], time)
        }
        func staff(_ departments: [DepartmentCode]) -> [Recipient] {
            departments.flatMap { directory.people(of: $0, roles ?? [.department, .departmentHead], time) }
        }
        switch who {
        case .owner: return matter.map { directory.holders(of: $0.owner, time) } ?? []
        case .formerOwner: return occasion.formerOwner.map { directory.holders(of: $0, time) } ?? []
        case .settler: return matter?.settledBy.map { directory.holders(of: $0, time) } ?? []
        case .reporter: return (matter?.reporters ?? []).flatMap { one($0) }
        case .grid: return staff(.grid)
        case .community: return staff(.community)
        case .town: return staff(.town)
        case .city: return staff(.city)
        case .supervisor: return occasion.supervisors.flatMap { directory.nearestStaff(of: $0, roles, time) }
        case .department: return staff(occasion.departments)
        case .summoned: return staff(matter?.summoned ?? [])
        case .subject: return one(occasion.creditSubject)
        }
    }
}

extension NoticeDirectory {
    /// Those for whom a case waits. A person who serves no more is followed by the unit's staff.
    fileprivate func holders(of owner: Owner, _ time: Instant) -> [Recipient] {
        if let person = owner.person.flatMap(person), person.postings.contains(where: { $0.isValid(at: time) }) {
            return [Recipient(person, near: owner.unit, time)]
        }
        return nearestStaff(of: owner.unit, nil, time)
    }

    /// The staff of the unit, or of the next one above that has some: what somebody must act on may not be told to
    /// nobody.
    fileprivate func nearestStaff(of unit: UnitCode, _ roles: Set<Role>?, _ time: Instant) -> [Recipient] {
        var place: UnitCode? = unit
        while let unit = place {
            let found = people(at: unit, roles ?? [unit.level.staff], time)
            if !found.isEmpty { return found }
            place = unit.parent
        }
        return []
    }
}
