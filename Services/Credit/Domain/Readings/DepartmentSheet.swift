import Contracts

/// What a department gets each month: its own part in whistles, and its people's hours and points.
struct DepartmentSheet: Sendable, Hashable {
    /// One of its people, as the sheet is made from.
    struct Member: Sendable {
        var person: PersonID
        /// Whether there is consent at the month's end.
        var consents: Bool
        var events: [CreditedEvent]
        var entries: [CreditEntry]
    }

    struct Line: Sendable, Hashable {
        var person: PersonID
        /// Hundredths of an hour: a record of duty, kept also without consent.
        var hours: Int
        var hoursThisYear: Int
        var owesThisYear: Int
        /// Nil without consent.
        var points: Points?
    }

    let department: DepartmentCode
    let month: CalendarPeriod
    /// The department's own entries of the month.
    let own: [ItemSum]
    /// In the order of their ids: a list to read, and no ranking.
    let people: [Line]

    /// - Parameter own: lines of the department's ledger; others than the month's are left out.
    init(
        _ department: DepartmentCode, month: CalendarPeriod, own: some Sequence<CreditEntry>, members: [Member],
        by rules: CreditRules
    ) {
        let calendar = rules.calendar
        let span = calendar.span(of: month)
        self.department = department
        self.month = month
        self.own = ItemSum.sums(of: Ledger.standing(own).filter { span.contains($0.occurredAt) })
        let owed = rules.version(at: span.lowerBound)?.hoursOwed ?? 0
        let year = calendar.span(of: calendar.period(.year, of: span.lowerBound))
        people = members.sorted { $0.person < $1.person }.map { member in
            let served = member.events.filter {
                rules.version(at: $0.occurredAt)?.items[$0.item]?.trigger == .hours
                    && year.contains($0.occurredAt) && $0.occurredAt < span.upperBound
            }
            let hoursThisYear = served.reduce(0) { $0 + $1.quantity }
            let earned = Ledger.standing(member.entries).filter { span.contains($0.occurredAt) }
            return Line(
                person: member.person,
                hours: served.reduce(0) { span.contains($1.occurredAt) ? $0 + $1.quantity : $0 },
                hoursThisYear: hoursThisYear, owesThisYear: max(0, owed - hoursThisYear),
                points: member.consents ? earned.reduce(.zero) { $0 + $1.points } : nil)
        }
    }
}
