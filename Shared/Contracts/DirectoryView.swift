/// The part of the directory that a decision needs, as a value: loaded with the batch, asked by pure functions.
public struct DirectoryView: Sendable {
    /// The units that were asked for and are known, by name; with the instant of their end where they have one.
    public var units: [UnitCode: UnitListed]
    /// The postings of the people who were asked for; a person without an entry is unknown.
    public var postings: [PersonID: [Posting]]
    public var departments: [DepartmentCode: DepartmentListed]
    /// What each known gateway may carry.
    public var gateways: [String: Set<String>]

    public init(
        units: [UnitCode: UnitListed] = [:], postings: [PersonID: [Posting]] = [:],
        departments: [DepartmentCode: DepartmentListed] = [:], gateways: [String: Set<String>] = [:]
    ) {
        self.units = units
        self.postings = postings
        self.departments = departments
        self.gateways = gateways
    }

    /// The postings of a person that hold at an instant.
    public func postings(of person: PersonID, at instant: Instant) -> [Posting] {
        (postings[person] ?? []).filter { $0.isValid(at: instant) }
    }

    /// Whether a posting of one of the roles, valid at the time of the action, covers the unit.
    public func reaches(_ person: PersonID, _ unit: UnitCode, as roles: Set<Role>, at instant: Instant) -> Bool {
        postings(of: person, at: instant).contains { posting in
            roles.contains(posting.role) && (posting.unit?.contains(unit) ?? false)
        }
    }

    /// Whether a person speaks for a department at an instant.
    public func speaks(_ person: PersonID, for department: DepartmentCode, at instant: Instant) -> Bool {
        postings(of: person, at: instant).contains {
            $0.department == department && ($0.role == .department || $0.role == .departmentHead)
        }
    }
}

/// What every input has to pass before anybody looks at what it says.
public enum Admission {
    /// Clocks of phones run ahead.
    public static let skew = Duration.seconds(5 * 60)
    /// Longer than a gateway may be without a network; keys of inputs are kept longer than this.
    public static let lateness = Duration.seconds(14 * 86_400)
    /// How long an input may lie on its topic before it is read, as far as its age goes: as long as topics keep events. The keys of
    /// inputs are kept for longer than this and `lateness` together, so that none is taken whose first copy is forgotten.
    public static let storage = Duration.seconds(30 * 86_400)

    /// The refusal of an input by its time, or nil.
    ///
    /// How late somebody sent it shows by when it reached us. We may read it much later: after a long stop, or again when a store was
    /// lost; then what came in time is still to be taken.
    ///
    /// - Parameter arrival: when the broker took it, by the broker's word; never the sender's, who could make it any age by it.
    public static func refusal(of time: Instant, arrival: Instant?, at now: Instant) -> Refusal? {
        if time > now + skew {
            return Refusal(.future, "the time is in the future: check the sender's clock (5 minutes are forgiven)")
        }
        let reached = max(min(arrival ?? now, now), now - storage)
        if time < reached - lateness {
            return Refusal(
                .tooOld, "the time is more than 14 days before it reached us: enter it as a correction instead")
        }
        return nil
    }

    /// The refusal of a gateway that the directory does not know, or does not let carry this type; nil for our own.
    public static func refusal(ofSource source: String, type: String, in directory: DirectoryView) -> Refusal? {
        guard let types = directory.gateways[source] else {
            return Refusal(.unknownGateway, "the source is not registered: list the gateway in the directory first")
        }
        if types.contains(type) { return nil }
        return Refusal(.notAllowed, "the gateway may not carry this type: add the type to its directory entry")
    }
}
