import Contracts

/// What becomes of a visit or a finding: pure, from what was reported and what the directory says.
enum PatrolDecision: Equatable {
    case store
    case refuse(Refusal)
    /// The directory does not know the unit yet, and may any moment.
    case wait(Refusal)

    /// Those who walk the grids, and those above them who may report in their stead.
    static let reporters: Set<Role> = [
        .gridChief, .buildingChief, .unitChief, .steward, .property, .specialist, .community, .town, .city,
    ]

    /// - Parameters:
    ///   - unit: the most exact unit that the report names.
    ///   - envelope: who reports, and when it happened.
    ///   - arrival: when the broker took it, where the broker says so.
    init(
        _ envelope: EventEnvelope, grid: UnitCode, unit: UnitCode, in directory: DirectoryView, arrival: Instant?,
        at now: Instant
    ) {
        if let refusal = Admission.refusal(ofSource: envelope.source, type: envelope.type, in: directory) {
            self = .refuse(refusal)
        } else if let refusal = Admission.refusal(of: envelope.time, arrival: arrival, at: now) {
            self = .refuse(refusal)
        } else if let missing = [grid, unit].first(where: { directory.units[$0] == nil }) {
            self = .wait(
                Refusal(.unknownUnit, "unit \(missing) is not in the directory: check the code or list it first"))
        } else if let retired = directory.units[unit]?.retired, retired <= envelope.time {
            self = .refuse(Refusal(.unknownUnit, "unit \(unit) was retired before: use the unit that took its place"))
        } else if let refusal = Self.refusal(of: envelope.actor, unit: unit, at: envelope.time, in: directory) {
            self = refusal
        } else {
            self = .store
        }
    }

    private static func refusal(
        of actor: PersonID?, unit: UnitCode, at time: Instant, in directory: DirectoryView
    ) -> PatrolDecision? {
        guard let actor else {
            return .refuse(Refusal(.unknownPerson, "nobody is named as the one who reports: set ce_actor"))
        }
        guard directory.postings[actor] != nil else {
            return .wait(Refusal(.unknownPerson, "the reporter is not in the directory: list the person first"))
        }
        if directory.reaches(actor, unit, as: reporters, at: time) { return nil }
        return .refuse(
            Refusal(.outsideReach, "the reporter was not posted there at that time: send it as whoever was"))
    }
}
