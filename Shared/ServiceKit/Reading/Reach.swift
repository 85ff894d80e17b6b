public import Contracts
public import HTTPServer

/// What a person may look at: the units that she is posted to, with all below them, and the departments that she speaks for.
public struct Reach: Sendable, Equatable {
    public let person: PersonID
    /// Each once, in order; residents have none.
    public let units: [UnitCode]
    public let departments: [DepartmentCode]

    public init(person: PersonID, units: [UnitCode], departments: [DepartmentCode]) {
        self.person = person
        self.units = units
        self.departments = departments
    }

    /// Of the postings that hold now.
    public init(of person: PersonID, postings: [Posting]) {
        let staff = postings.filter { $0.role != .resident }
        self.init(
            person: person, units: Set(staff.compactMap(\.unit)).sorted(),
            departments: Set(staff.compactMap(\.department)).sorted())
    }

    public func contains(_ unit: UnitCode) -> Bool { units.contains { $0.contains(unit) } }

    /// Whether a matter there is for her: it lies in a unit of hers, or one of her departments was called to it.
    public func sees(_ unit: UnitCode, called: some Sequence<DepartmentCode>) -> Bool {
        contains(unit) || called.contains(where: departments.contains)
    }
}

extension ServiceContext {
    /// - Throws: `Problem` 403 for operators and gateways, who read nothing about people.
    public func reach(of identity: Identity) async throws -> Reach {
        guard let person = identity.person else {
            throw Problem(.forbidden, detail: "This is for people who are posted there: use a person's token.")
        }
        var lookup = DirectoryLookup()
        lookup.need(person)
        let asked = lookup
        let directory = try await read { session in try asked.load(in: &session) }
        return Reach(of: person, postings: directory.postings(of: person, at: clock.now()))
    }

    /// The unit of a list: the one that is asked for, or else the only one that the person is posted to.
    ///
    /// - Throws: `Problem` when it is outside of her reach, or none is asked for and there is a choice.
    public func unit(asked unit: UnitCode?, within reach: Reach) throws(Problem) -> UnitCode {
        guard let unit else {
            if reach.units.count == 1 { return reach.units[0] }
            let choice = reach.units.map(\.text).joined(separator: ", ")
            throw Problem(
                .invalidParameter,
                errors: [
                    .init(
                        parameter: "unit",
                        choice.isEmpty
                            ? "must be given: the code of a unit" : "must be one of yours or below: \(choice)")
                ])
        }
        guard reach.contains(unit) else {
            throw Problem(.forbidden, detail: "This is for the staff of unit \(unit) and those above it.")
        }
        return unit
    }
}
