import Contracts

/// Something that needs doing, as triage looks at it: a finding of a patrol or a complaint.
struct Matter: Sendable, Equatable {
    var origin: CaseOpened.Origin
    /// Nil where whoever took the complaint could not tell.
    var category: String?
    var severity: Severity
    var text: String
    /// Where it is, as exactly as is known: a community or below.
    var unit: UnitCode
    /// Nil where it is not known: rules that go by it do not hold then.
    var situation: Situation?
}

extension Matter {
    init(_ finding: FindingRecorded) {
        self.init(
            origin: .finding, category: finding.category, severity: finding.severity, text: finding.text,
            unit: finding.place.unit)
    }

    init(_ complaint: ComplaintReceived) {
        self.init(
            origin: .complaint, category: complaint.category, severity: complaint.severity, text: complaint.text,
            unit: complaint.place.unit)
    }
}

/// What becomes of a matter, and why.
struct Triage: Sendable, Equatable {
    /// A category that the rules know.
    var category: String
    var handling: Handling
    /// Where the case begins.
    var ownerRung: Rung
    var limits: CaseLimits
    /// The kinds of department that a whistle would call, most fitting first.
    var departments: [DepartmentKind] = []
    /// `rule 12 of version 3: …`
    var explanation: String
}
