import Contracts
import Testing

@testable import muster_credit

struct CreditingTests {
    let crediting: Crediting
    let chief = PersonID("p-9")!
    let otherChief = PersonID("p-8")!

    init() throws {
        let posting = { (role: Role, unit: UnitCode) in
            [
                Posting(
                    role: role, unit: unit, from: Sample.at("2026-01-01T00:00:00Z"),
                    to: Sample.at("2027-01-01T00:00:00Z"))
            ]
        }
        let elsewhere = UnitCode("371082007014001")!
        let directory = DirectoryView(
            units: [
                Sample.unit: UnitListed(unit: Sample.unit, name: "Grid 1"),
                elsewhere: UnitListed(unit: elsewhere, name: "Grid 2", retired: Sample.at("2026-06-01T00:00:00Z")),
            ],
            postings: [chief: posting(.gridChief, Sample.unit), otherChief: posting(.gridChief, elsewhere)],
            gateways: ["gateway/app": [DeedReported.type, HoursReported.type, ConsentChanged.type]])
        crediting = Crediting(rules: try Sample.standardRules(), directory: directory, now: Sample.start + .seconds(60))
    }

    private func envelope(
        _ type: String, id: String = "i-1", source: String = "gateway/app", at: Instant = Sample.start,
        actor: PersonID? = PersonID("p-9")
    ) -> EventEnvelope {
        EventEnvelope(id: id, source: source, type: type, time: at, actor: actor)
    }

    private func deed(
        _ item: String = "snow-cleared", subject: Subject = Sample.resident, unit: UnitCode = Sample.unit,
        quantity: Int? = nil, evidence: [String]? = ["photo-1"]
    ) -> DeedReported {
        DeedReported(subject: subject, item: item, unit: unit, quantity: quantity, evidence: evidence)
    }

    private func code(_ outcome: Crediting.Outcome) -> String {
        switch outcome {
        case .credit(let events): "credit \(events.map { "\($0.item) \($0.quantity)" }.joined(separator: ", "))"
        case .void(let events): "void \(events.map { "\($0.item) \($0.quantity)" }.joined(separator: ", "))"
        case .consent(let account, let change): "consent \(account) \(change.isGiven)"
        case .refuse(let refusal): "refuse \(refusal.code)"
        case .wait(let refusal): "wait \(refusal.code)"
        }
    }

    // MARK: Deeds and hours

    @Test func `a deed is credited to its subject, under an id that a repeat has too`() {
        let envelope = envelope(DeedReported.type)
        let expected = CreditedEvent(
            id: envelope.creditID, subject: Sample.resident, item: "snow-cleared", occurredAt: Sample.start,
            quantity: 1,
            unit: Sample.unit, cause: Cause(source: "gateway/app", id: "i-1", correlation: "i-1"))
        #expect(crediting.decide(deed(), envelope) == .credit([expected]))
        #expect(crediting.decide(deed(), envelope) == .credit([expected]))
        #expect(self.envelope(DeedReported.type, source: "gateway/bot").creditID != envelope.creditID)
    }

    @Test func `what came in time is credited however late it is read`() {
        let day = Duration.seconds(86_400)
        let old = envelope(DeedReported.type, at: Sample.start - day * 20)
        let hours = HoursReported(subject: Sample.resident, hours: 100, activity: "clean-up", unit: Sample.unit)
        let consent = ConsentChanged(subject: Subject(kind: .resident, id: "p-9"), given: true)
        func codes(_ arrival: Instant?) -> [String] {
            [
                code(crediting.decide(deed(), old, arrival: arrival)),
                code(
                    crediting.decide(
                        hours, envelope(HoursReported.type, at: old.time), arrival: arrival)),
                code(
                    crediting.decide(
                        consent, envelope(ConsentChanged.type, at: old.time), arrival: arrival)),
            ]
        }
        #expect(codes(nil) == ["refuse too-old", "refuse too-old", "refuse too-old"])
        #expect(codes(Sample.start - day * 10).allSatisfy { !$0.hasPrefix("refuse") })
    }

    @Test func `a deed is refused for what is wrong with it`() {
        let plain = envelope(DeedReported.type)
        let merchant = Subject(kind: .merchant, id: "m-1")
        let cases: [(DeedReported, EventEnvelope, String)] = [
            (deed(), envelope(DeedReported.type, source: "gateway/unheard-of"), "refuse unknown-gateway"),
            (deed(), envelope("muster.gateway.visit.v1"), "refuse not-allowed"),
            (deed(), envelope(DeedReported.type, at: Sample.start + .seconds(3_600)), "refuse future"),
            (deed(), envelope(DeedReported.type, at: Sample.start - .seconds(15 * 86_400)), "refuse too-old"),
            (deed(unit: UnitCode("371082007099001")!), plain, "wait unknown-unit"),
            (deed(unit: UnitCode("371082007014001")!), plain, "refuse unknown-unit"),
            (deed(), envelope(DeedReported.type, actor: nil), "refuse unknown-person"),
            (deed(), envelope(DeedReported.type, actor: PersonID("p-77")), "wait unknown-person"),
            (deed(), envelope(DeedReported.type, actor: otherChief), "refuse outside-reach"),
            (deed(subject: Subject(kind: .resident, id: "p-9")), plain, "refuse not-allowed"),
            (deed("unheard-of"), plain, "refuse unknown-item"),
            (deed("patrol-hour"), plain, "refuse unknown-item"),
            (deed("blood-donated", subject: merchant), plain, "refuse not-allowed"),
            (deed("gift", quantity: 99), plain, "refuse over-limit"),
            (deed("lost-property-returned", quantity: 99), plain, "refuse over-limit"),
            (deed(evidence: nil), plain, "refuse not-allowed"),
            (deed("gift", quantity: 100), plain, "credit gift 100"),
        ]
        for (deed, envelope, expected) in cases { #expect(code(crediting.decide(deed, envelope)) == expected) }
    }

    @Test func `hours count for people, by whoever vouches for them`() {
        let hours = { (subject: Subject) in
            HoursReported(subject: subject, hours: 150, activity: "clean-up", unit: Sample.unit)
        }
        let plain = envelope(HoursReported.type)
        #expect(code(crediting.decide(hours(Sample.resident), plain)) == "credit volunteer-hours 150")
        #expect(code(crediting.decide(hours(Subject(kind: .merchant, id: "m-1")), plain)) == "refuse not-allowed")
        #expect(code(crediting.decide(hours(Subject(kind: .resident, id: "p-9")), plain)) == "refuse not-allowed")
        #expect(
            code(crediting.decide(hours(Sample.resident), envelope(HoursReported.type, actor: otherChief)))
                == "refuse outside-reach")
    }

    // MARK: Consent

    @Test func `only the person herself agrees to be scored`() {
        let consent = ConsentChanged(subject: Sample.resident, given: true)
        let own = envelope(ConsentChanged.type, actor: PersonID("p-1"))
        #expect(
            crediting.decide(consent, own)
                == .consent(
                    Account(Sample.resident), .init(at: Sample.start, id: own.creditID, isGiven: true)))
        #expect(code(crediting.decide(consent, envelope(ConsentChanged.type))) == "refuse not-allowed")
        #expect(code(crediting.decide(consent, envelope(ConsentChanged.type, actor: nil))) == "refuse unknown-person")
        let shop = ConsentChanged(subject: Subject(kind: .merchant, id: "m-1"), given: false)
        #expect(code(crediting.decide(shop, envelope(ConsentChanged.type))) == "consent merchant:m-1 false")
    }

    // MARK: Work

    @Test func `work is credited where it was done in time, to whoever did it`() {
        let caseID = Sample.id("case")
        let whistle = Sample.id("whistle")
        let department = DepartmentCode("D017")!
        let internalEnvelope = envelope("muster.test", source: "muster/dispatch")
        let visit = { (outcome: VisitReported.Outcome, minutes: Int) in
            crediting.decide(
                VisitRecorded(visit: caseID, grid: Sample.unit, unit: Sample.unit, outcome: outcome, minutes: minutes),
                internalEnvelope)
        }
        let resolved = { (person: PersonID?, inTime: Bool) in
            crediting.decide(
                CaseResolved(
                    case: caseID, sequence: 3, unit: Sample.unit, by: Owner(unit: Sample.unit, person: person),
                    inTime: inTime), internalEnvelope)
        }
        let rated = crediting.decide(
            CaseRated(
                case: caseID, sequence: 4, unit: Sample.unit, rating: 5,
                settledBy: Owner(unit: Sample.unit, person: chief)), internalEnvelope)
        let checkedIn = { (inTime: Bool) in
            crediting.decide(
                WhistleCheckedIn(
                    case: caseID, sequence: 5, unit: Sample.unit, whistle: whistle, department: department,
                    inTime: inTime),
                internalEnvelope)
        }
        let done = crediting.decide(
            WhistleDone(
                case: caseID, sequence: 6, unit: Sample.unit, whistle: whistle, department: department, inTime: true),
            internalEnvelope)
        let missed = crediting.decide(
            WhistleMissed(
                case: caseID, sequence: 7, unit: Sample.unit, whistle: whistle, department: department,
                due: Sample.start),
            internalEnvelope)
        #expect(
            [
                visit(.met, 12), visit(.nobody, 3), visit(.met, 0), resolved(chief, true), resolved(chief, false),
                resolved(nil, true), resolved(PersonID("p-77"), true), rated, checkedIn(true), checkedIn(false), done,
                missed,
            ].map(code) == [
                "credit patrol-hour 12", "credit ", "credit ", "credit case-settled-in-time 1", "credit ", "credit ",
                "wait unknown-person", "credit case-rated-well 5", "credit whistle-attended 1", "credit ",
                "credit whistle-done 1", "credit whistle-missed 1",
            ])
        guard case .credit(let events) = missed else { return }
        #expect(events.map(\.subject) == [Subject(kind: .department, id: "D017")])
    }

    @Test(arguments: [
        ([Role.gridChief], SubjectKind.communityWorker), ([.buildingChief, .community], .communityWorker),
        ([.unitChief], .buildingChief), ([.steward], .resident), ([], .resident), ([.department], .resident),
    ])
    func `people work in the capacity nearest to the grid`(roles: [Role], kind: SubjectKind) {
        #expect(SubjectKind(actingAs: roles) == kind)
    }
}
