import Contracts

extension Occasion {
    /// The fields that events of a type have; nil for a type that nobody is told of.
    static func fields(of type: String) -> Set<Field>? { table[type] }

    /// The types that rules may name, in alphabetical order.
    static var types: [String] { table.keys.sorted() }

    static func isAboutCase(_ type: String) -> Bool { table[type]?.isSuperset(of: matterFields) ?? false }

    private static let common: Set<Field> = [.at, .actor]
    private static let matterFields: Set<Field> = [
        .case, .category, .severity, .handling, .origin, .place, .grid, .community, .town, .owner, .acceptBy,
        .resolveBy,
    ]

    private static let table: [String: Set<Field>] = [
        CaseOpened.type: ofCase(),
        CaseJoined.type: ofCase(.reason),
        CaseAccepted.type: ofCase(.inTime),
        CaseHandedOver.type: ofCase(.formerOwner, .count, .reason),
        CaseReclassified.type: ofCase(.formerHandling, .reason),
        CaseResolved.type: ofCase(.inTime),
        CaseRated.type: ofCase(.rating),
        CaseClosed.type: ofCase(.outcome, .reason),
        CaseClimbed.type: ofCase(.climbReason, .fromRung, .rung, .supervisor, .department, .due),
        WhistleBlown.type: ofCase(.whistle, .department, .departments, .arriveBy, .completeBy),
        WhistleCheckedIn.type: ofCase(.whistle, .department, .departments, .inTime),
        WhistleDeclined.type: ofCase(.whistle, .department, .departments, .reason),
        WhistleDone.type: ofCase(.whistle, .department, .departments, .inTime),
        WhistleMissed.type: ofCase(.whistle, .department, .departments, .due),
        WhistleEnded.type: ofCase(.whistle, .departments, .came, .missed),
        CaseWarned.type: ofCase(.slip, .deadline, .due, .department),
        CaseResumed.type: ofCase(),
        CaseExtensionAsked.type: ofCase(.until, .reason, .supervisor),
        CaseExtensionDecided.type: ofCase(.granted, .reason),
        CaseRescheduled.type: ofCase(),
        CaseCorrected.type: ofCase(.reason),
        CaseSentBack.type: ofCase(.reason),
        CaseReopened.type: ofCase(.grounds, .reason, .count),
        CaseSupervised.type: ofCase(.rung, .supervisor, .reason),
        CaseAnswered.type: ofCase(.rung, .supervisor, .reason),
        CaseJoinedTo.type: ofCase(.reason),
        CaseSplit.type: ofCase(.reason),
        CaseParted.type: ofCase(.reason),
        WhistleAsked.type: ofCase(.whistle, .department, .departments, .supervisor),
        WhistleRefused.type: ofCase(.reason),
        WhistleChanged.type: ofCase(.whistle, .department, .departments, .arriveBy, .completeBy),
        WhistleDeclineDecided.type: ofCase(.whistle, .department, .departments, .granted, .reason),
        NoShowWithdrawn.type: ofCase(.whistle, .department, .departments, .due, .cameAt, .heardAt),
        CreditEntryMade.type: common.union([.points, .item, .entry, .expires]),
    ]

    private static func ofCase(_ fields: Field...) -> Set<Field> { common.union(matterFields).union(fields) }

    /// What can be said of the event. A field without a value is missing.
    ///
    /// - Parameter department: of whom is told: of a whistle, each department hears its own deadlines.
    func facts(for department: DepartmentCode? = nil) -> [Field: Fact] {
        var facts: [Field: Fact] = [.at: .time(envelope.time)]
        facts[.actor] = envelope.actor.map(Fact.person)
        if let matter { facts.merge(matter.facts) { _, new in new } }
        switch news {
        case .opened: break
        case .joined(let event): facts[.reason] = .free(event.reason)
        case .accepted(let event): facts[.inTime] = .answer(event.inTime)
        case .handedOver(let event):
            facts[.formerOwner] = .party(event.from)
            facts[.count] = .number(event.count)
            facts[.reason] = event.reason.map(Fact.free)
        case .reclassified(let event):
            facts[.formerHandling] = .word(event.from.rawValue)
            facts[.reason] = .free(event.reason)
        case .resolved(let event): facts[.inTime] = .answer(event.inTime)
        case .rated(let event): facts[.rating] = .word("\(event.rating)")
        case .closed(let event):
            facts[.outcome] = .word(event.outcome.rawValue)
            facts[.reason] = event.reason.map(Fact.free)
        case .climbed(let event): facts.merge(event.facts) { _, new in new }
        case .whistleBlown(let event): facts.merge(event.facts(for: department)) { _, new in new }
        case .checkedIn(let event):
            facts[.department] = .departments([event.department])
            facts[.inTime] = .answer(event.inTime)
        case .declined(let event):
            facts[.department] = .departments([event.department])
            facts[.reason] = .free(event.reason)
        case .done(let event):
            facts[.department] = .departments([event.department])
            facts[.inTime] = .answer(event.inTime)
        case .missed(let event):
            facts[.department] = .departments([event.department])
            facts[.due] = .time(event.due)
        case .whistleEnded(let event):
            facts[.came] = .number(event.came)
            facts[.missed] = .number(event.missed)
        case .warned(let event):
            facts[.slip] = .word(event.slip.rawValue)
            facts[.deadline] = .word(event.deadline.rawValue)
            facts[.due] = .time(event.due)
            facts[.department] = event.department.map { .departments([$0]) }
        case .extensionAsked(let event):
            facts[.until] = .time(event.until)
            facts[.reason] = .free(event.reason)
            facts[.supervisor] = .unit(event.approver)
        case .extensionDecided(let event):
            facts[.granted] = .answer(event.granted)
            facts[.reason] = event.reason.map(Fact.free)
        case .corrected(let event): facts[.reason] = .free(event.reason)
        case .sentBack(let event): facts[.reason] = .free(event.reason)
        case .reopened(let event):
            facts[.grounds] = .word(event.grounds.rawValue)
            facts[.reason] = .free(event.reason)
            facts[.count] = .number(event.count)
        case .supervised(let event):
            facts[.rung] = .word(event.rung.rawValue)
            facts[.supervisor] = .unit(event.supervisor)
            facts[.reason] = .free(event.ask)
        case .answered(let event):
            facts[.rung] = .word(event.rung.rawValue)
            facts[.supervisor] = .unit(event.supervisor)
            facts[.reason] = .free(event.answer)
        case .joinedTo(let event): facts[.reason] = .free(event.reason)
        case .split(let event): facts[.reason] = .free(event.reason)
        case .parted(let event): facts[.reason] = .free(event.reason)
        case .whistleAsked(let event):
            facts[.whistle] = .word(event.kind.rawValue)
            facts[.department] = .departments(event.departments)
            facts[.departments] = .departments(event.departments)
            facts[.supervisor] = .unit(event.approver)
        case .whistleRefused(let event): facts[.reason] = .free(event.reason)
        case .whistleChanged(let event):
            facts[.department] = .departments(event.added.map(\.department))
            facts[.arriveBy] = event.added.map(\.arriveBy).min().map(Fact.time)
            facts[.completeBy] = event.added.map(\.completeBy).max().map(Fact.time)
        case .declineDecided(let event):
            facts[.department] = .departments([event.department])
            facts[.granted] = .answer(event.excused)
            facts[.reason] = event.reason.map(Fact.free)
        case .noShowWithdrawn(let event):
            facts[.department] = .departments([event.department])
            facts[.due] = .time(event.due)
            facts[.cameAt] = .time(event.cameAt)
            facts[.heardAt] = .time(event.heardAt)
        case .resumed, .rescheduled, .other: break
        case .entry(let event):
            facts[.points] = .points(event.points)
            facts[.item] = .code(event.rule)
            facts[.entry] = .word(event.reverses != nil ? "taken-back" : event.points < 0 ? "deducted" : "earned")
            facts[.expires] = event.expires.map(Fact.time)
        }
        return facts.filter { Self.table[news.type]?.contains($0.key) ?? false }
    }
}

extension CaseMatter {
    fileprivate var facts: [Field: Fact] {
        var facts: [Field: Fact] = [
            .case: .reference(number, openedAt: openedAt), .category: .code(category),
            .severity: .word(severity.rawValue), .handling: .word(handling.rawValue),
            .origin: .word(origin.rawValue), .place: .place(unit), .owner: .party(owner), .acceptBy: .time(acceptBy),
            .resolveBy: .time(resolveBy),
        ]
        facts[.grid] = unit.ancestor(at: .grid).map(Fact.unit)
        facts[.community] = unit.ancestor(at: .community).map(Fact.unit)
        facts[.town] = unit.ancestor(at: .town).map(Fact.unit)
        facts[.whistle] = whistle.map { .word($0.rawValue) }
        facts[.departments] = summoned.isEmpty ? nil : .departments(summoned)
        return facts
    }
}

extension CaseClimbed {
    fileprivate var facts: [Field: Fact] {
        var facts: [Field: Fact] = [
            .climbReason: .word(reason.rawValue), .fromRung: .word(from.rawValue), .rung: .word(to.rawValue),
            .supervisor: .unit(supervisor), .due: .time(due),
        ]
        facts[.department] = department.map { .departments([$0]) }
        return facts
    }
}

extension WhistleBlown {
    /// A department's own deadlines; for everybody else the earliest to come and the latest to be done.
    fileprivate func facts(for department: DepartmentCode?) -> [Field: Fact] {
        let own = summons.filter { $0.department == department }
        let shown = own.isEmpty ? summons : own
        var facts: [Field: Fact] = [.whistle: .word(kind.rawValue)]
        facts[.department] = .departments(shown.map(\.department))
        facts[.departments] = .departments(summons.map(\.department))
        facts[.arriveBy] = shown.map(\.arriveBy).min().map(Fact.time)
        facts[.completeBy] = shown.map(\.completeBy).max().map(Fact.time)
        return facts
    }
}
