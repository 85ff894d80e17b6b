import Contracts

/// What somebody wrote to the bot of a chat group, understood: an action, on which case, and what else was said.
///
///     command = [mention] ( verb [number] | number verb | number ) [arguments] [words]
///
/// See docs/chat.md, whose examples are tested.
struct ChatCommand: Sendable, Equatable {
    let action: CaseActionKind
    /// The short number of a case, which is of the group's community; nil for the one case that the sender can mean.
    var number: Int?
    /// Of the year that the number is of, where it was written: `2026-1027`.
    var year: Int?
    var departments: [DepartmentCode] = []
    var unit: UnitCode?
    var person: PersonID?
    var handling: Handling?
    var whistle: WhistleKind?
    var rating: Int?
    /// What was said besides; nil when it is nothing.
    var words: String?

    /// As an action on a case.
    ///
    /// - Parameter department: for which the sender speaks; what was written comes before it.
    func action(on id: EventID, department: DepartmentCode?) -> CaseAction {
        var made = CaseAction(case: id, action: action)
        let verb = ChatVerb.of(action)
        if verb?.takes == .departments { made.departments = departments.isEmpty ? nil : departments }
        if verb?.isDepartments == true { made.department = departments.first ?? department }
        made.unit = unit
        made.person = person
        made.handling = handling
        made.whistle = whistle
        made.rating = rating
        made.reason = words
        return made
    }
}

/// Why a message is no command, in words for whoever wrote it.
struct ChatFault: Error, Sendable, Equatable {
    let refusal: Refusal

    init(_ detail: String) { refusal = Refusal(.malformed, detail) }
}
