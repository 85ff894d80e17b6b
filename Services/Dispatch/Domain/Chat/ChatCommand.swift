import Contracts

/// What somebody wrote to the bot of a chat group, understood: an action, on which case, and what else was said.
///
///     command = [mention] ( verb [number] | number verb | number ) [arguments] [words]
///
/// See docs/chat.md, whose examples are tested.
struct ChatCommand: Sendable, Equatable {
    let action: CaseActionKind
    /// Of the case; nil for the one case that the sender can mean.
    var number: Number?
    /// Of the case that this one is joined to.
    var into: Number?
    var departments: [DepartmentCode] = []
    var unit: UnitCode?
    var person: PersonID?
    var handling: Handling?
    var whistle: WhistleKind?
    var rating: Int?
    var lead: DepartmentCode?
    /// A code of the policy's list.
    var pause: String?
    var until: ChatTime?
    var means: VerificationMeans?
    var satisfied: Bool?
    var grounds: ReopeningGrounds?
    var category: String?
    var severity: Severity?
    var judgement: WhistleJudgement?
    var assessment: WhistleAssessment?
    var granted: Bool?
    /// What was said besides; nil when it is nothing.
    var words: String?

    /// The short number of a case, which is of the group's community.
    struct Number: Sendable, Hashable {
        let number: Int
        /// Where it was written: `2026-1027`.
        let year: Int?
    }

    /// As an action on a case.
    ///
    /// - Parameters:
    ///   - into: the case that `into` means.
    ///   - department: for which the sender speaks; what was written comes before it.
    ///   - time: when it was written.
    func action(
        on id: EventID, into: EventID? = nil, department: DepartmentCode?, writtenAt time: Instant,
        _ calendar: WorkCalendar
    ) -> CaseAction {
        var made = CaseAction(case: id, action: action)
        let verb = ChatVerb.of(action)
        switch verb?.takes {
        case .whistle?, .departments?: made.departments = departments.isEmpty ? nil : departments
        case .department?, .marks?: made.department = departments.first
        default: if verb?.isDepartments == true { made.department = departments.first ?? department }
        }
        made.into = into
        made.unit = unit
        made.person = person
        made.handling = handling
        made.whistle = whistle
        made.lead = lead
        made.rating = rating
        made.pause = pause
        made.until = until?.instant(writtenAt: time, calendar)
        made.means = means
        made.satisfied = satisfied
        made.grounds = grounds
        made.category = category
        made.severity = severity
        made.judgement = judgement
        made.assessment = assessment
        made.granted = granted
        made.reason = words
        return made
    }
}

/// Why a message is no command, in words for whoever wrote it.
struct ChatFault: Error, Sendable, Equatable {
    let refusal: Refusal

    init(_ detail: String) { refusal = Refusal(.malformed, detail) }
}
