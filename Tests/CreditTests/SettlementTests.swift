import Contracts
import Testing

@testable import muster_credit

struct SettlementTests {
    let consents = Sample.consented(Sample.resident)

    /// What each event earns, by its name; nil where it earns nothing.
    private func earned(
        _ rules: CreditRules, _ events: [CreditedEvent], consents: [Account: Consent]? = nil
    ) -> [String: String] {
        let awards = Settlement(rules: rules).awards(events, consents: consents ?? self.consents)
        return Dictionary(uniqueKeysWithValues: awards.map { ($0.event.cause.id, "\($0.outcome.brief)") })
    }

    private func hours(_ count: Int) -> Instant { Sample.start + .seconds(count * 3_600) }

    @Test func `an event earns what its item says, names rule and version, and expires`() throws {
        let rules = Sample.rules(("2026-01-01", [Sample.item("deed", .flat(Points(5)), validYears: 2)]))
        let entries = Settlement(rules: rules).settle(
            [Sample.event("a", "deed", quantity: 3)], consents: consents, existing: [])
        let entry = try #require(entries.first)
        #expect(
            entries == [
                CreditEntry(
                    key: EntryKey(rule: "deed", event: Sample.id("a"), account: Account(Sample.resident)), revision: 0,
                    subject: Sample.resident, ruleVersion: 1, points: Points(5), occurredAt: Sample.start,
                    expires: Sample.at("2028-11-24T00:00:00+08:00"), unit: Sample.unit, quantity: 3,
                    cause: Cause(source: "test", id: "a", correlation: "a"))
            ])
        #expect(entry.reverses == nil)
        #expect(entry.reversal.reverses == entry.id)
        #expect(entry.reversal.points == Points(-5))
        #expect(entry.reversal.id != entry.id)
    }

    @Test func `caps are filled in the order of what happened`() {
        let rules = Sample.rules(
            (
                "2026-01-01",
                [
                    Sample.item(
                        "deed", .perUnit(Points(1)),
                        caps: [
                            .init(period: .year, points: Points(9)), .init(period: .day, points: Points(4)),
                            .init(period: .month, points: Points(7)),
                        ])
                ]
            ))
        let events = [
            Sample.event("second", "deed", at: hours(1), quantity: 3),
            Sample.event("first", "deed", at: hours(0), quantity: 2),
            Sample.event("third", "deed", at: hours(2)), Sample.event("next day", "deed", at: hours(24), quantity: 5),
            Sample.event("next month", "deed", at: hours(24 * 10), quantity: 5),
            Sample.event("next year", "deed", at: hours(24 * 40), quantity: 4),
        ]
        #expect(
            earned(rules, events) == [
                "first": "2.00", "second": "2.00 of 3.00 by 2026-11-24", "third": "capReached 2026-11-24",
                "next day": "3.00 of 5.00 by 2026-11", "next month": "2.00 of 5.00 by 2026", "next year": "4.00",
            ])
    }

    @Test func `a cap bounds a deduction too`() {
        let rules = Sample.rules(
            (
                "2026-01-01",
                [
                    Sample.item(
                        "fault", .flat(Points(-5)), caps: [.init(period: .month, points: Points(8))],
                        legalBasis: "a law")
                ]
            ))
        let events = (0..<3).map { Sample.event("\($0)", "fault", at: hours($0)) }
        #expect(
            earned(rules, events) == ["0": "-5.00", "1": "-3.00 of -5.00 by 2026-11", "2": "capReached 2026-11"])
    }

    @Test func `a deduction without a law takes nothing`() {
        let rules = Sample.rules(("2026-01-01", [Sample.item("fault", .flat(Points(-5)))]))
        #expect(earned(rules, [Sample.event("a", "fault")]) == ["a": "itemIsOff"])
    }

    @Test func `a record is entered though it is worth nothing`() throws {
        let rules = try Sample.standardRules()
        let event = Sample.event("a", "whistle-missed", subject: Sample.department)
        let entries = Settlement(rules: rules).settle([event], consents: [:], existing: [])
        #expect(entries.map(\.points) == [.zero])
        #expect(earned(rules, [event], consents: [:]) == ["a": "0.00"])
    }

    @Test func `why nothing is earned is said`() {
        let rules = Sample.rules(
            (
                "2026-01-01",
                [
                    Sample.item("deed", minimum: 3), Sample.item("off", isEnabled: false),
                    Sample.item("rated", .steps([.init(from: 4, points: Points(1))])),
                ]
            ),
            ("2027-01-01", [Sample.item("deed")]))
        let events = [
            Sample.event("small", "deed", quantity: 2), Sample.event("off", "off"),
            Sample.event("unheard of", "nothing"),
            Sample.event("early", "deed", at: Sample.at("2025-12-31T23:59:59+08:00"), quantity: 3),
            Sample.event("merchant", "deed", subject: Subject(kind: .merchant, id: "m-1")),
            Sample.event("unasked", "deed", subject: Subject(kind: .resident, id: "p-2"), quantity: 3),
            Sample.event("rated 3", "rated", quantity: 3), Sample.event("rated 5", "rated", quantity: 5),
            Sample.event("withdrawn", "rated", at: Sample.at("2027-01-01T00:00:00+08:00"), quantity: 5),
        ]
        #expect(
            earned(rules, events) == [
                "small": "belowMinimum 3", "off": "itemIsOff", "unheard of": "noSuchItem", "early": "beforeRules",
                "merchant": "notForSubject", "unasked": "noConsent", "rated 3": "belowMinimum 4", "rated 5": "1.00",
                "withdrawn": "noSuchItem",
            ])
    }

    // MARK: Consent

    @Test func `only what happens while consent holds counts`() {
        let rules = Sample.rules(("2026-01-01", [Sample.item("deed")]))
        let consent = Consent([
            .init(at: hours(1), id: Sample.id("given"), isGiven: true),
            .init(at: hours(3), id: Sample.id("taken back"), isGiven: false),
            .init(at: hours(5), id: Sample.id("given again"), isGiven: true),
        ])
        let events = (0..<7).map { Sample.event("\($0)", "deed", at: hours($0)) }
        let outcome = earned(rules, events, consents: [Account(Sample.resident): consent])
        #expect(
            outcome == [
                "0": "noConsent", "1": "1.00", "2": "1.00", "3": "noConsent", "4": "noConsent", "5": "1.00",
                "6": "1.00",
            ])
    }

    @Test func `of two changes at one instant the later id decides, whichever came first`() {
        let changes = [("a", true), ("b", false), ("c", true), ("d", false)]
            .map { Consent.Change(at: hours(1), id: Sample.id($0), isGiven: $1) }
        let last = changes.max { $0.id < $1.id }
        #expect(Consent(changes) == Consent(changes.reversed() + changes))
        #expect(Consent(changes).holds(at: hours(1)) == last?.isGiven)
        #expect(!Consent(changes).holds(at: hours(0)))
        #expect(!Consent().holds(at: hours(0)))
    }

    @Test func `hours without consent neither count nor use up the curve`() throws {
        let rules = try Sample.standardRules()
        let consent = Consent([.init(at: hours(1), id: Sample.id("given"), isGiven: true)])
        let events = [
            Sample.event("before", "volunteer-hours", at: hours(0), quantity: 2_000),
            Sample.event("after", "volunteer-hours", at: hours(2), quantity: 2_400),
        ]
        #expect(
            earned(rules, events, consents: [Account(Sample.resident): consent])
                == ["before": "noConsent", "after": "22.00"])
    }

    @Test func `a person is one account in every capacity, and a body is its own`() {
        let capacities = SubjectKind.people.map { Account(Subject(kind: $0, id: "x")) }
        #expect(Set(capacities) == [Account(kind: "person", id: "x")])
        #expect(Account(Subject(kind: .merchant, id: "x")) == Account(kind: "merchant", id: "x"))
    }

    // MARK: The curve

    @Test func `the curve of hours begins anew with the year`() throws {
        let rules = try Sample.standardRules()
        let consents = Sample.consented(Sample.resident, since: Sample.at("2026-01-01T00:00:00+08:00"))
        let events = [
            Sample.event("a", "volunteer-hours", at: Sample.at("2026-12-31T12:00:00+08:00"), quantity: 2_000),
            Sample.event("b", "volunteer-hours", at: Sample.at("2026-12-31T23:59:59+08:00"), quantity: 1_000),
            Sample.event("c", "volunteer-hours", at: Sample.at("2027-01-01T00:00:00+08:00"), quantity: 1_000),
        ]
        #expect(earned(rules, events, consents: consents) == ["a": "20.00", "b": "5.00", "c": "10.00"])
    }

    @Test func `the visit that completes an hour of patrol earns it`() throws {
        let rules = try Sample.standardRules()
        let chief = Subject(kind: .communityWorker, id: "p-9")
        let events = (0..<6).map {
            Sample.event("\($0)", "patrol-hour", subject: chief, at: hours(0) + .seconds($0 * 3_000), quantity: 50)
        }
        #expect(
            earned(rules, events, consents: Sample.consented(chief)) == [
                "0": "addsUp", "1": "0.02", "2": "0.02", "3": "0.02", "4": "0.02", "5": "addsUp",
            ])
    }

    // MARK: Corrections

    @Test func `a late event takes the room that a later one had been given`() {
        let rules = Sample.rules(
            (
                "2026-01-01",
                [Sample.item("deed", .perUnit(Points(1)), caps: [.init(period: .year, points: Points(3))])]
            ))
        let settlement = Settlement(rules: rules)
        let late = Sample.event("late", "deed", at: hours(1), quantity: 2)
        let known = Sample.event("known", "deed", at: hours(2), quantity: 2)
        let first = settlement.settle([known], consents: consents, existing: [])
        let second = settlement.settle([known, late], consents: consents, existing: first)
        #expect(first.map(\.points) == [Points(2)])
        #expect(
            second.map(\.line).sorted() == ["known 1 -2.00", "known 2 1.00", "late 0 2.00"])
        #expect(Ledger.standing(first + second).map(\.line) == ["late 0 2.00", "known 2 1.00"])
    }

    @Test func `what is settled already changes nothing`() {
        let rules = Sample.rules(("2026-01-01", [Sample.item("deed")]))
        let settlement = Settlement(rules: rules)
        let events = [Sample.event("a", "deed"), Sample.event("b", "deed", at: hours(1))]
        let entries = settlement.settle(events, consents: consents, existing: [])
        #expect(entries.count == 2)
        #expect(settlement.settle(events + events, consents: consents, existing: entries) == [])
    }

    @Test func `consent that is found to have been taken back reverses, and given again enters anew`() {
        let rules = Sample.rules(("2026-01-01", [Sample.item("deed")]))
        let settlement = Settlement(rules: rules)
        let event = Sample.event("a", "deed", at: hours(2))
        var ledger: [CreditEntry] = []
        for consents in [consents, [:], consents] {
            ledger += settlement.settle([event], consents: consents, existing: ledger)
        }
        #expect(ledger.map(\.line) == ["a 0 1.00", "a 1 -1.00", "a 2 1.00"])
        #expect(Set(ledger.map(\.id)).count == 3)
        #expect(ledger[1].reverses == ledger[0].id)
    }

    @Test func `an event that is struck out loses its entry`() {
        let rules = Sample.rules(("2026-01-01", [Sample.item("deed")]))
        let settlement = Settlement(rules: rules)
        let entries = settlement.settle([Sample.event("a", "deed")], consents: consents, existing: [])
        let changes = settlement.settle([CreditedEvent](), consents: consents, existing: entries)
        #expect(changes.map(\.line) == ["a 1 -1.00"])
        #expect(Ledger.standing(entries + changes) == [])
    }

    // MARK: Versions

    @Test func `a later version pays nothing for old events, and its caps see what was earned before it`() {
        let cap = { CreditItem.Cap(period: .year, points: Points($0)) }
        let old = Sample.item("deed", .flat(Points(2)), caps: [cap(10)])
        let new = Sample.item("deed", .flat(Points(5)), caps: [cap(6)])
        let before = Sample.rules(("2026-01-01", [old]))
        let after = Sample.rules(("2026-01-01", [old]), ("2026-12-01", [new]))
        let events = (0..<2).map { Sample.event("old \($0)", "deed", at: hours($0)) }
        let entries = Settlement(rules: before).settle(events, consents: consents, existing: [])
        #expect(Settlement(rules: after).settle(events, consents: consents, existing: entries) == [])

        let later = Sample.event("new", "deed", at: Sample.at("2026-12-01T00:00:00+08:00"))
        #expect(
            earned(after, events + [later]) == ["old 0": "2.00", "old 1": "2.00", "new": "2.00 of 5.00 by 2026"])
    }
}

extension Award.Outcome {
    /// Short enough for a table.
    fileprivate var brief: String {
        switch self {
        case .earned(let earning):
            guard let uncapped = earning.uncapped, let cap = earning.cap else { return "\(earning.points)" }
            return "\(earning.points) of \(uncapped) by \(cap)"
        case .nothing(.belowMinimum(let least)): return "belowMinimum \(least)"
        case .nothing(.capReached(let cap)): return "capReached \(cap)"
        case .nothing(let reason): return "\(reason)"
        }
    }
}

extension CreditEntry {
    /// `cause revision points`
    var line: String { "\(cause.id) \(revision) \(points)" }
}
