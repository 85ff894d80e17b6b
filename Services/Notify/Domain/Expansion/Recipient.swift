import Contracts

/// A person who is told, and as what.
struct Recipient: Sendable, Hashable {
    let person: PersonID
    let language: PersonListed.Language
    /// What they may read follows from it.
    let role: Role
    /// Where they are posted in that role, which is also whose group chat they read.
    let unit: UnitCode?
    let department: DepartmentCode?

    init(
        person: PersonID, language: PersonListed.Language = .chinese, role: Role, unit: UnitCode? = nil,
        department: DepartmentCode? = nil
    ) {
        self.person = person
        self.language = language
        self.role = role
        self.unit = unit
        self.department = department
    }

    init(_ person: PersonListed, _ posting: Posting) {
        self.init(
            person: person.person, language: person.language, role: posting.role, unit: posting.unit,
            department: posting.department)
    }

    /// Somebody who is told for what they did or have, not for a post: as what they are at that time nearest to the
    /// place, or as a resident.
    init(_ person: PersonListed, near unit: UnitCode?, _ time: Instant) {
        let postings = person.postings.filter { $0.isValid(at: time) }
        let near = postings.first { posting in
            unit.map { unit in posting.unit?.contains(unit) ?? false } ?? false
        }
        if let posting = near ?? postings.first {
            self.init(person, posting)
        } else {
            self.init(person: person.person, language: person.language, role: .resident)
        }
    }
}
