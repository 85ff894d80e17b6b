import Contracts

/// A whistle on a case, with the part of each department that it calls.
struct WhistleState: Codable, Sendable, Equatable {
    let id: EventID
    let kind: WhistleKind
    let blownAt: Instant
    let limits: WhistleLimits
    var lead: DepartmentCode?
    /// A department that was called keeps its place, released or not: clocks go by it.
    var parts: [Part]
    var endedAt: Instant?

    struct Part: Codable, Sendable, Equatable {
        enum Attendance: String, Codable, Sendable, CaseIterable {
            case summoned, arrived, missed, late
            /// It asked to stay away, with a reason; the town decides.
            case declined
            /// The town let it stay away.
            case excused
            /// The blower does not need it after all.
            case released
            case done
        }

        let department: DepartmentCode
        let calledAt: Instant
        var signBy: Instant?
        var contactBy: Instant?
        var arriveBy: Instant
        var completeBy: Instant
        var attendance = Attendance.summoned
        var signedAt: Instant?
        var contactedAt: Instant?
        var arrivedAt: Instant?
        /// The unit where it arrived, if it said so.
        var arrivedIn: UnitCode?
        var doneAt: Instant?
        /// Whether it came by its deadline; nil as long as it has not come.
        var inTime: Bool?
        var hasDeclined = false
        var signSlip = SlipState()
        var contactSlip = SlipState()
        var arriveSlip = SlipState()
        var completeSlip = SlipState()
        /// How far its no-show has climbed.
        var rung = Rung.community
        /// When the next rung is told that nobody came, as long as there is one; nil once it has come or declined.
        var climbBy: Instant?
        var judgement: WhistleJudgement?
        var assessment: WhistleAssessment?

        /// Whether it is still expected, or was and did not come.
        var isAwaited: Bool { attendance == .summoned || attendance == .missed }
        var isThere: Bool { attendance == .arrived || attendance == .late }
    }

    func count(_ attendances: Part.Attendance...) -> Int { parts.count { attendances.contains($0.attendance) } }

    func part(of department: DepartmentCode) -> Part? { parts.first { $0.department == department } }

    mutating func update(_ department: DepartmentCode, _ body: (inout Part) -> Void) {
        guard let index = parts.firstIndex(where: { $0.department == department }) else { return }
        body(&parts[index])
    }
}

/// A whistle that waits for whoever has to approve it.
struct WhistleRequest: Codable, Sendable, Equatable {
    let id: EventID
    let kind: WhistleKind
    let departments: [DepartmentCode]
    let lead: DepartmentCode
    let approver: UnitCode
}
