import Contracts

/// Who is told, by what they have to do with the matter and where they are posted.
struct Audience: Codable, Sendable, Hashable {
    enum Relation: String, Choice {
        /// Whom the case waits for: the person, or where it is a unit, its staff.
        case owner
        case formerOwner = "former-owner"
        /// Who settled it.
        case settler
        /// Who reported what became the case, and the same matter in cases that were joined to it.
        case reporter
        /// The staff of the units above the place.
        case grid, community, town, city
        /// The staff of the unit that a case is put before, or of those that were told.
        case supervisor
        /// The staff of the department that the event is about.
        case department
        /// The staff of all departments that were summoned.
        case summoned
        /// Whose credit it is.
        case subject
    }

    let who: Relation
    /// Only people in these roles; nil for those who stand for a unit or department of that kind.
    let roles: Set<Role>?

    init(_ who: Relation, roles: Set<Role>? = nil) {
        self.who = who
        self.roles = roles
    }
}

extension Audience.Relation {
    /// Whether the events of a type have such people.
    func exists(in type: String) -> Bool {
        switch self {
        case .owner, .reporter, .grid, .community, .town, .city, .summoned: Occasion.isAboutCase(type)
        case .settler: [CaseResolved.type, CaseRated.type, CaseClosed.type].contains(type)
        case .formerOwner: type == CaseHandedOver.type
        case .supervisor:
            [
                CaseClimbed.type, CaseSupervised.type, CaseAnswered.type, CaseExtensionAsked.type, WhistleAsked.type,
                NoShowWithdrawn.type,
            ].contains(type)
        case .department: Occasion.fields(of: type)?.contains(.department) ?? false
        case .subject: type == CreditEntryMade.type
        }
    }

    /// Whether it means the staff of a place, of whom a rule may pick some by role.
    var isStaff: Bool {
        switch self {
        case .grid, .community, .town, .city, .supervisor, .department, .summoned: true
        case .owner, .formerOwner, .settler, .reporter, .subject: false
        }
    }
}

extension UnitCode.Level {
    /// Who stands for a unit of this level.
    var staff: Role {
        switch self {
        case .city: .city
        case .town: .town
        case .community: .community
        case .grid: .gridChief
        case .building: .buildingChief
        case .stairwell: .unitChief
        }
    }
}
