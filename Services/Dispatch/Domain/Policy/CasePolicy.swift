import Contracts

/// The rules that cases are decided by, as data: the calendar, the rules of triage, and what the city has settled about
/// pauses, extensions, reopening, supervision, joining and whistles. See `Data/policy.json`.
struct CasePolicy: Sendable {
    var calendar: WorkCalendar
    var triage: TriageRules
    var pauses: PausePolicy
    /// How much later than the deadline an extension may be.
    var longestExtension: Allowance
    /// How long after it was settled a case may be opened again.
    var reopening: Allowance
    var supervision: SupervisionPolicy
    var joining: JoiningPolicy
    /// How long after a deadline evidence of before it is still believed without anybody deciding.
    var lateEvidence: Allowance
    var whistles: [WhistleKind: WhistlePolicy]

    /// The shipped calendar, rules and policy.
    static func shipped() throws(FaultyData) -> CasePolicy {
        try CasePolicy(
            calendar: .mainlandChina(), triage: .shipped(), file: PackageResources.policy_json)
    }

    /// For people: by which calendar and rules a deadline was computed.
    var name: String {
        let years = calendar.years.keys.sorted().map(String.init).joined(separator: ", ")
        return "rules version \(triage.version), calendar of \(years.isEmpty ? "no year" : years)"
    }

    /// Tells whether deadlines may have to be computed anew: another one for each calendar and version of the rules.
    var fingerprint: String {
        let years = calendar.years.sorted { $0.key < $1.key }.map { year, days in
            let off = days.daysOff.sorted().map(\.iso), worked = days.makeUpDays.sorted().map(\.iso)
            return "\(year): off \(off.joined(separator: " ")), worked \(worked.joined(separator: " "))"
        }
        let hours = calendar.hours.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ")
        return "rules \(triage.version); \(calendar.offset); \(hours); \(calendar.weekend.sorted()); "
            + years.joined(separator: "; ")
    }
}

/// Why a case may be paused, and for how long.
struct PausePolicy: Codable, Sendable, Equatable {
    struct Reason: Codable, Sendable, Equatable {
        let code: String
        let zh: String
        let en: String
        /// What people write in a chat for it, beside its code and names.
        var said: [String]?
        let longest: Allowance
    }

    var reasons: [Reason]
    /// Of one case until it is settled.
    var atMost: Int

    func reason(_ code: String) -> Reason? { reasons.first { $0.code == code } }
}

/// What puts a case before the next level, beside a missed deadline.
struct SupervisionPolicy: Codable, Sendable, Equatable {
    /// How often whoever reported was not content.
    var dissatisfied: Int
    /// Hand-overs in a row without anybody having accepted.
    var passes: Int
}

/// Which reports are repeats of a matter that is known, and so joined without anybody deciding.
struct JoiningPolicy: Codable, Sendable, Equatable {
    enum Level: String, Choice {
        case community, grid, building, stairwell

        var level: UnitCode.Level {
            switch self {
            case .community: .community
            case .grid: .grid
            case .building: .building
            case .stairwell: .stairwell
            }
        }
    }

    /// How long it is waited for earlier reports: in minutes on the clock. Decisions fall on whole multiples of it, so that
    /// what arrived within one is decided on together, whatever came first.
    var settle: Allowance
    /// How much later than the first report a repeat may be.
    var within: Allowance
    /// Reports from above it are too vague to be joined.
    var level: Level
    /// These categories and those below them are matters of their own each time.
    var never: [String]
    /// Cases joined to one.
    var atMost: Int

    /// Whether reports of the category from the unit may be repeats.
    func covers(_ category: String, _ unit: UnitCode) -> Bool {
        unit.level >= level.level && !never.contains { category == $0 || category.hasPrefix($0 + ".") }
    }

    /// When it is decided whether a report is a repeat.
    ///
    /// - Parameter time: when it reached us, or happened, whichever is later.
    func settleAt(_ time: Instant) -> Instant {
        guard case .minutes(let minutes) = settle else { return time }
        let width = Int64(max(1, minutes)) * 60_000
        return Instant(milliseconds: (time.milliseconds / width + 1) * width)
    }
}

/// Who may blow a kind of whistle, who has to approve it, and by when departments have to do what.
struct WhistlePolicy: Codable, Sendable, Equatable {
    var blow: [Role]
    /// The level whose staff, or those above them, have to approve it; nil where nobody has to.
    var approve: Rung?
    var sign: Allowance?
    var contact: Allowance?
    var arrive: Allowance
    var complete: Allowance
    /// After a no-show, until the next level is told.
    var climb: Allowance

    var limits: WhistleLimits {
        WhistleLimits(sign: sign, contact: contact, arrive: arrive, complete: complete, climb: climb)
    }
}

extension CasePolicy {
    func whistle(_ kind: WhistleKind) -> WhistlePolicy {
        whistles[kind]
            ?? WhistlePolicy(
                blow: [.community, .town, .city], arrive: .workDays(3), complete: .workDays(10), climb: .workDays(1))
    }

    func limits(of kind: WhistleKind) -> WhistleLimits { whistle(kind).limits }

    /// The limits of a case as a person says that it is: those of its category, unless it is handled in another way.
    func limits(category: String, handling: Handling, severity: Severity) -> CaseLimits {
        if let known = triage.categories[category], known.handling == handling { return known.limits.of(severity) }
        return triage.limits(handling: handling, severity: severity)
    }
}
