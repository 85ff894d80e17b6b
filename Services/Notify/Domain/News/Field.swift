import Contracts

/// What a rule may ask about and a message may say, by the name that it has in both.
enum Field: String, Choice {
    // Of every event.
    case at, actor
    // Of the case that an event is about.
    case `case`, category, severity, handling, origin, place, grid, community, town, owner
    case acceptBy = "accept-by"
    case resolveBy = "resolve-by"
    // Of some events.
    case inTime = "in-time"
    case formerOwner = "former-owner"
    case formerHandling = "former-handling"
    case count, reason, rating, outcome
    case climbReason = "climb-reason"
    case fromRung = "from-rung"
    case rung, supervisor, due
    case whistle, department, departments
    case arriveBy = "arrive-by"
    case completeBy = "complete-by"
    case came, missed
    case slip, deadline, granted, grounds
    case cameAt = "came-at"
    case heardAt = "heard-at"
    case until
    case points, item, entry, expires

    enum Kind: Sendable, Equatable {
        /// One of a closed list: rules may ask about it, and the catalogue has a word for each.
        case word([String])
        /// One of an open list, by the catalogue where it has a word.
        case code
        case number, points, time, unit, place, department, reference
        /// A person, or where it is none, a unit.
        case party
        /// What somebody typed.
        case free
    }

    var kind: Kind {
        switch self {
        case .severity: .words(Severity.self)
        case .handling, .formerHandling: .words(Handling.self)
        case .origin: .words(CaseOpened.Origin.self)
        case .inTime: .word(["yes", "no"])
        case .entry: .word(["earned", "deducted", "taken-back"])
        case .rating: .word(["1", "2", "3", "4", "5"])
        case .outcome: .words(CaseClosed.Outcome.self)
        case .climbReason: .words(CaseClimbed.Reason.self)
        case .fromRung, .rung: .words(Rung.self)
        case .whistle: .words(WhistleKind.self)
        case .slip: .words(Slip.self)
        case .deadline: .words(CaseDeadline.self)
        case .granted: .word(["yes", "no"])
        case .grounds: .words(ReopeningGrounds.self)
        case .category, .item: .code
        case .case: .reference
        case .count, .came, .missed: .number
        case .points: .points
        case .at, .acceptBy, .resolveBy, .due, .arriveBy, .completeBy, .expires, .cameAt, .heardAt, .until: .time
        case .grid, .community, .town, .supervisor: .unit
        case .place: .place
        case .department, .departments: .department
        case .actor, .owner, .formerOwner: .party
        case .reason: .free
        }
    }

    /// Whose word list in the catalogue it uses.
    var vocabulary: Field {
        switch self {
        case .formerHandling: .handling
        case .fromRung: .rung
        default: self
        }
    }
}

extension Field.Kind {
    fileprivate static func words<C: Choice>(_: C.Type) -> Field.Kind { .word(C.allCases.map(\.rawValue)) }
}

/// The value of a field.
enum Fact: Sendable, Hashable {
    case word(String)
    case code(String)
    case number(Int)
    /// Hundredths of a point.
    case points(Int)
    case time(Instant)
    case unit(UnitCode)
    case place(UnitCode)
    case departments([DepartmentCode])
    case person(PersonID)
    case free(String)
    /// A case's number, with the time of its opening for the year.
    case reference(Int, openedAt: Instant)

    static func party(_ owner: Owner) -> Fact { owner.person.map(Fact.person) ?? .unit(owner.unit) }
    static func answer(_ isSo: Bool) -> Fact { .word(isSo ? "yes" : "no") }
}
