import Contracts
import Testing

@testable import muster_credit

struct ReadingTests {
    let rules: CreditRules
    let settlement: Settlement

    init() throws {
        rules = try Sample.standardRules()
        settlement = Settlement(rules: rules)
    }

    private func person(_ number: Int) -> Subject { Subject(kind: .resident, id: "p-\(number)") }

    private func settle(_ events: [CreditedEvent], consents: [Account: Consent]? = nil) -> [CreditEntry] {
        let all = Sample.consented(Sample.resident, person(2), person(3), person(4), person(5), person(6))
        return settlement.settle(events, consents: consents ?? all, existing: [])
    }

    // MARK: Balance and score

    @Test func `an entry counts until the day it expires`() {
        let balance = Balance(settle([Sample.event("a"), Sample.event("b", "blood-donated")]))
        #expect(balance.points(at: Sample.start) == Points(11))
        #expect(balance.points(at: Sample.at("2027-11-23T23:59:59.999+08:00")) == Points(11))
        #expect(balance.points(at: Sample.at("2027-11-24T00:00:00+08:00")) == .zero)
    }

    @Test func `there is no score without consent, and departments need none`() throws {
        let version = try #require(rules.version(at: Sample.start))
        let consent = Sample.consented(Sample.resident)[Account(Sample.resident)]
        #expect(!version.scores(.resident, nil, at: Sample.start))
        #expect(!version.scores(.resident, Consent(), at: Sample.start))
        #expect(version.scores(.resident, consent, at: Sample.start))
        #expect(!version.scores(.merchant, nil, at: Sample.start))
        #expect(version.scores(.department, nil, at: Sample.start))
    }

    // MARK: Trajectory

    @Test func `a trajectory answers for every event, with its rule and what became of it`() throws {
        let consent = Consent([.init(at: Sample.at("2025-06-01T00:00:00+08:00"), id: Sample.id("c"), isGiven: true)])
        let consents = [Account(Sample.resident): consent]
        let events = [
            Sample.event("before", at: Sample.at("2025-05-31T08:00:00+08:00")),
            Sample.event("last year", "blood-donated", at: Sample.at("2025-11-01T08:00:00+08:00")),
            Sample.event("snow", at: Sample.at("2026-11-20T08:00:00+08:00")),
            Sample.event("more snow", at: Sample.at("2026-11-20T09:00:00+08:00")),
            Sample.event("gift", "gift", at: Sample.at("2026-11-21T08:00:00+08:00"), quantity: 500),
            Sample.event("just now", "neighbour-told", at: Sample.start),
        ]
        let entries = settlement.settle(events.dropLast(), consents: consents, existing: [])
        let corrected =
            entries
            + entries.filter { $0.cause.id == "gift" }.flatMap { entry in
                var again = entry
                again.revision = 2
                return [entry.reversal, again]
            }
        let trajectory = Trajectory(
            settlement.awards(events, consents: consents), entries: corrected, by: rules, at: Sample.start)
        #expect(
            trajectory.lines.map { "\($0.event.cause.id): \($0.state) \($0.points) = \($0.balance), \($0.corrections)" }
                == [
                    "before: nothing 0.00 = 0.00, 0", "last year: expired 0.00 = 0.00, 0",
                    "snow: counts 1.00 = 1.00, 0",
                    "more snow: nothing 0.00 = 1.00, 0", "gift: counts 5.00 = 6.00, 1",
                    "just now: pending 0.00 = 6.00, 0",
                ])
        #expect(
            trajectory.lines.map(\.reason) == [
                "there was no consent to a score at that time", nil, nil, "the cap of 2026-11-20 had been reached", nil,
                nil,
            ])
        let gift = try #require(trajectory.lines.first { $0.event.cause.id == "gift" })
        #expect(gift.english == "Gave money to a good cause")
        #expect(gift.chinese == "慈善捐款")
        #expect(gift.ruleVersion == 1)
        #expect(gift.expires == Sample.at("2027-11-21T00:00:00+08:00"))
        #expect(trajectory.balance == Balance(corrected).points(at: Sample.start))
    }

    @Test func `a capped award says what the rule would have given`() {
        let events = [
            Sample.event("a", "blood-donated"), Sample.event("b", "blood-donated", at: Sample.start + .seconds(1)),
            Sample.event("c", "blood-donated", at: Sample.start + .seconds(2)),
            Sample.event("d", "blood-donated", at: Sample.start + .seconds(3)),
            Sample.event("e", "blood-donated", at: Sample.start + .seconds(4)),
            Sample.event("f", "neighbour-helped", at: Sample.start + .seconds(5)),
        ]
        let awards = settlement.awards(events, consents: Sample.consented(Sample.resident))
        #expect(awards.map(\.explanation) == [nil, nil, nil, nil, "the cap of 2026 had been reached", nil])
        let partly = Award(
            event: events[0],
            outcome: .earned(
                .init(
                    points: Points(2), ruleVersion: 1, expires: Sample.start, uncapped: Points(5),
                    cap: rules.calendar.period(.month, of: Sample.start))))
        #expect(partly.explanation == "5.00 by its rule, of which the cap of 2026-11 left 2.00")
    }

    // MARK: The growth tree

    @Test func `a growth tree counts all hours, and shows the next star`() {
        let events = [
            Sample.event("a", "volunteer-hours", at: Sample.at("2025-03-01T08:00:00+08:00"), quantity: 2_400),
            Sample.event("b", "volunteer-hours", at: Sample.at("2026-03-01T08:00:00+08:00"), quantity: 2_400),
            Sample.event("c", "volunteer-hours", at: Sample.at("2026-04-01T08:00:00+08:00"), quantity: 2_400),
            Sample.event("d", "volunteer-hours", at: Sample.at("2026-05-01T08:00:00+08:00"), quantity: 2_400),
            Sample.event("snow", at: Sample.at("2026-05-01T08:00:00+08:00"), quantity: 900),
            Sample.event("tomorrow", "volunteer-hours", at: Sample.start + .seconds(86_400), quantity: 2_400),
        ]
        var tree = GrowthTree(events + events, by: rules, at: Sample.start)
        #expect((tree.hours, tree.hoursThisYear, tree.stars) == (9_600, 7_200, 0))
        #expect(tree.nextStarAt == 10_000)
        tree = GrowthTree(events, by: rules, at: Sample.start + .seconds(86_400))
        #expect((tree.hours, tree.hoursThisYear, tree.stars) == (12_000, 9_600, 1))
        #expect(tree.nextStarAt == 30_000)
    }

    // MARK: Sheets

    @Test func `a department's sheet has its whistles, and its people's hours against what they owe`() throws {
        let november = rules.calendar.period(.month, of: Sample.start)
        let own = settle([
            Sample.event("came", "whistle-attended", subject: Sample.department),
            Sample.event("came again", "whistle-attended", subject: Sample.department, at: Sample.start + .seconds(60)),
            Sample.event("missed", "whistle-missed", subject: Sample.department),
            Sample.event("october", "whistle-done", subject: Sample.department, at: Sample.at("2026-10-31T12:00:00Z")),
        ])
        let member = { (number: Int, consents: Bool, events: [CreditedEvent]) in
            DepartmentSheet.Member(
                person: try #require(PersonID("p-\(number)")), consents: consents, events: events,
                entries: settle(events, consents: consents ? nil : [:]))
        }
        let hours = { (name: String, subject: Subject, at: String, quantity: Int) in
            Sample.event(name, "volunteer-hours", subject: subject, at: Sample.at(at), quantity: quantity)
        }
        let sheet = DepartmentSheet(
            try #require(DepartmentCode("D017")), month: november, own: own,
            members: [
                try member(3, false, [hours("d", person(3), "2026-11-02T08:00:00+08:00", 600)]),
                try member(
                    2, true,
                    [
                        hours("a", person(2), "2026-03-02T08:00:00+08:00", 1_500),
                        hours("b", person(2), "2026-11-02T08:00:00+08:00", 800),
                        hours("c", person(2), "2026-12-01T00:00:00+08:00", 800),
                        hours("e", person(2), "2025-11-02T08:00:00+08:00", 800),
                        Sample.event("snow", subject: person(2)),
                    ]),
            ], by: rules)
        #expect(
            sheet.own == [
                ItemSum(item: "whistle-attended", count: 2, points: Points(2)),
                ItemSum(item: "whistle-missed", count: 1, points: .zero),
            ])
        #expect(
            sheet.people == [
                // 15 h + 8 h: 20 points and half of 3, of which 15 were earned in March; and 1 for the snow.
                .init(
                    person: try #require(PersonID("p-2")), hours: 800, hoursThisYear: 2_300, owesThisYear: 0,
                    points: Points(hundredths: 750)),
                .init(
                    person: try #require(PersonID("p-3")), hours: 600, hoursThisYear: 600, owesThisYear: 1_400,
                    points: nil),
            ])
    }

    @Test func `a community's standing gives no figure of fewer than five`() {
        let here = UnitCode("371082007013")!
        let year = rules.calendar.period(.year, of: Sample.start)
        let standing = { (people: Int) in
            let snow = (1...people).map { Sample.event("s-\($0)", subject: person($0)) }
            let rest = [
                Sample.event("marrow", "marrow-donated"), Sample.event("wish", "wish-granted", subject: person(2)),
                Sample.event("elsewhere", "wish-granted", subject: person(3), unit: UnitCode("371082007014001")!),
                Sample.event(
                    "long ago", "wish-granted", subject: person(3), at: Sample.at("2026-01-01T00:00:00+08:00")),
                Sample.event(
                    "last year", "wish-granted", subject: person(4), at: Sample.at("2025-12-31T23:59:59+08:00")),
            ]
            return CommunityStanding(here, period: year, entries: settle(snow + rest), calendar: rules.calendar)
        }
        #expect(standing(5).items == [ItemSum(item: "snow-cleared", count: 5, points: Points(5))])
        #expect(standing(5).others == nil)
        #expect(standing(5).accounts == 5)
        #expect(standing(5).points == Points(5))
        #expect(standing(4).items == [])
        #expect(standing(4).others == nil)
        #expect(standing(4).accounts == nil)
        #expect(standing(4).points == .zero)
    }

    @Test func `rare items are given together once enough did them`() {
        let here = UnitCode("371082007013")!
        let items = ["wish-granted", "marrow-donated", "blood-donated", "danger-warned", "bravery"]
        let events = items.enumerated().map { Sample.event("e-\($0)", $1, subject: person($0 + 1)) }
        let standing = CommunityStanding(
            here, period: rules.calendar.period(.month, of: Sample.start), entries: settle(events),
            calendar: rules.calendar)
        #expect(standing.items == [])
        #expect(standing.others == ItemSum(item: "others", count: 5, points: Points(73)))
    }
}
