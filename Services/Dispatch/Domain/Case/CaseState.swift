import Contracts

/// Where a case stands: what its events add up to. `apply` makes the next state; nothing else does.
struct CaseState: Codable, Sendable, Equatable {
    enum Status: String, Codable, Sendable, CaseIterable {
        /// It waits for its owner to accept it.
        case assigned
        case accepted
        case resolved
        case closed
    }

    let id: EventID
    /// The sequence number of its last event.
    var version: Int
    let unit: UnitCode
    let number: Int
    let origin: CaseOpened.Origin
    let openedAt: Instant
    var category: String
    var severity: Severity
    var handling: Handling
    var rule: String
    var status = Status.assigned
    var owner: Owner
    /// How far up it has come, by climbing or by hand: the next rung above is the next to be told.
    var rung: Rung
    var acceptBy: Instant
    var resolveBy: Instant
    /// When the next rung is told that it is overdue, as long as there is one.
    var climbBy: Instant
    var limits: CaseLimits
    var handOvers = 0
    /// Hand-overs since anybody accepted it.
    var passes = 0
    var joined = 0
    var resolvedBy: Owner?
    var resolvedAt: Instant?
    var rating: Int?
    var whistle: WhistleState?

    var isOpen: Bool { status == .assigned || status == .accepted }

    var openWhistle: WhistleState? { whistle?.endedAt == nil ? whistle : nil }

    var community: UnitCode { unit.ancestor(at: .community) ?? unit }
}

/// A whistle on a case, with the part of each department that it calls.
struct WhistleState: Codable, Sendable, Equatable {
    let id: EventID
    let kind: WhistleKind
    let blownAt: Instant
    let limits: WhistleLimits
    var parts: [Part]
    var endedAt: Instant?

    struct Part: Codable, Sendable, Equatable {
        enum Attendance: String, Codable, Sendable, CaseIterable {
            case summoned, arrived, missed, late, declined, done
        }

        let department: DepartmentCode
        let arriveBy: Instant
        let completeBy: Instant
        var attendance = Attendance.summoned
        /// How far its no-show has climbed.
        var rung = Rung.community
        /// When the next rung is told that nobody came, as long as there is one; nil once it has come or declined.
        var climbBy: Instant?
    }

    func count(_ attendances: Part.Attendance...) -> Int { parts.count { attendances.contains($0.attendance) } }
}
