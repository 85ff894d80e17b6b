import Contracts
import Testing

@testable import muster_credit

/// What must hold for any inputs, however they come.
struct SettlementPropertyTests {
    static let seeds = 0..<30 as Range<UInt64>

    /// Events and changes of consent as they may come in, over two years and a change of rules.
    private struct World {
        var rules: CreditRules
        var events: [CreditedEvent]
        var consent: [(Account, Consent.Change)]

        static let items = ["capped", "curved", "stepped", "plain", "fault"]
        static let subjects = [
            Subject(kind: .resident, id: "p-1"), Subject(kind: .partyMember, id: "p-1"),
            Subject(kind: .resident, id: "p-2"),
            Subject(kind: .department, id: "D001"),
        ]

        init(_ random: inout SeededGenerator) {
            rules = World.rules(&random)
            events = (0..<Int.random(in: 10...80, using: &random)).map { index in
                // Coarse times, so that many events share one.
                let at =
                    Sample.at("2026-01-01T00:00:00+08:00")
                    + .seconds(Int.random(in: 0..<60, using: &random) * 1_000_000)
                return Sample.event(
                    "e-\(index)", Self.items.randomElement(using: &random) ?? "plain",
                    subject: Self.subjects.randomElement(using: &random) ?? Sample.resident, at: at,
                    quantity: Int.random(in: 1...400, using: &random))
            }
            consent = (0..<Int.random(in: 1...6, using: &random)).map { index in
                let at =
                    Sample.at("2025-12-01T00:00:00+08:00")
                    + .seconds(Int.random(in: 0..<40, using: &random) * 1_000_000)
                return (
                    Account(kind: "person", id: Bool.random(using: &random) ? "p-1" : "p-2"),
                    Consent.Change(
                        at: at, id: Sample.id("c-\(index)"), isGiven: Int.random(in: 0..<3, using: &random) > 0)
                )
            }
        }

        private static func rules(_ random: inout SeededGenerator) -> CreditRules {
            let cap = { (period: Period, points: Int) in
                CreditItem.Cap(period: period, points: Points(hundredths: points))
            }
            let subjects: Set<SubjectKind> = [.resident, .partyMember, .department]
            let items = { (scale: Int) in
                [
                    Sample.item(
                        "capped", .perUnit(Points(hundredths: scale)),
                        caps: [cap(.day, 500), cap(.month, 900), cap(.year, 2_500)], subjects: subjects),
                    Sample.item(
                        "curved",
                        .curve(
                            Curve(
                                over: .year,
                                tiers: [
                                    .init(upTo: 300, each: 7, points: Points(hundredths: 10 * scale)),
                                    .init(upTo: 900, each: 30, points: Points(hundredths: 10 * scale)),
                                ])),
                        caps: [cap(.month, 400)], subjects: subjects, validYears: 2),
                    Sample.item(
                        "stepped",
                        .steps([.init(from: 50, points: Points(1)), .init(from: 200, points: Points(scale))]),
                        subjects: subjects),
                    Sample.item("plain", subjects: [.resident]),
                    Sample.item(
                        "fault", .flat(Points(hundredths: -300)), caps: [cap(.year, 700)], subjects: subjects,
                        legalBasis: "a law"),
                ]
            }
            return Sample.rules(
                ("2026-02-01", items(Int.random(in: 1...3, using: &random))),
                ("2026-09-15", items(Int.random(in: 1...3, using: &random))))
        }

        func consents(_ changes: [(Account, Consent.Change)]) -> [Account: Consent] {
            Dictionary(grouping: changes, by: \.0).mapValues { Consent($0.map(\.1)) }
        }

        /// The ledger when everything is there at once.
        var settledAtOnce: [CreditEntry] {
            Settlement(rules: rules).settle(events, consents: consents(consent), existing: [])
        }

        /// The ledger when inputs come shuffled, some of them more than once, in batches, each of which settles only the
        /// groups that it touches.
        func settledInBatches(_ random: inout SeededGenerator) -> [CreditEntry] {
            enum Input { case event(CreditedEvent), consent(Account, Consent.Change) }
            var inputs = events.map(Input.event) + consent.map { .consent($0.0, $0.1) }
            inputs += inputs.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
            inputs.shuffle(using: &random)

            var ledger: [CreditEntry] = []
            var arrived: [CreditedEvent] = []
            var agreed: [(Account, Consent.Change)] = []
            while !inputs.isEmpty {
                let batch = inputs.prefix(Int.random(in: 1...12, using: &random))
                inputs.removeFirst(batch.count)
                var touched: Set<SettlementGroup> = []
                for input in batch {
                    switch input {
                    case .event(let event):
                        arrived.append(event)
                        touched.insert(SettlementGroup(of: event, by: rules))
                    case .consent(let account, let change):
                        agreed.append((account, change))
                        touched.formUnion(
                            arrived.filter { $0.account == account }.map { SettlementGroup(of: $0, by: rules) })
                    }
                }
                let concerned = arrived.filter { touched.contains(SettlementGroup(of: $0, by: rules)) }
                let keys = Set(concerned.map(\.key))
                ledger += Settlement(rules: rules).settle(
                    concerned, consents: consents(agreed), existing: ledger.filter { keys.contains($0.key) })
            }
            return ledger
        }
    }

    /// What stands, without the number of corrections that it took.
    private func net(_ ledger: [CreditEntry]) -> [String] {
        Ledger.standing(ledger).map { "\($0.key.rule) \($0.cause.id) \($0.key.account) \($0.points) \($0.ruleVersion)" }
    }

    @Test(arguments: seeds)
    func `whatever the order, the batches and the repeats, the same entries stand`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let world = World(&random)
        let once = world.settledAtOnce
        for _ in 0..<4 {
            let ledger = world.settledInBatches(&random)
            #expect(net(ledger) == net(once))
            let end = Sample.at("2027-06-01T00:00:00Z")
            for account in Set(world.events.map(\.account)).sorted() {
                let balance = { (lines: [CreditEntry]) in Balance(lines.filter { $0.key.account == account }) }
                #expect(balance(ledger).points(at: end) == balance(once).points(at: end))
                #expect(balance(ledger) == balance(once))
            }
        }
    }

    @Test(arguments: seeds)
    func `every line of a ledger is an entry, or takes back the one before it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ledger = World(&random).settledInBatches(&random)
        #expect(Set(ledger.map(\.id)).count == ledger.count)
        for (_, lines) in Dictionary(grouping: ledger, by: \.key).sorted(by: { $0.key < $1.key }) {
            #expect(lines.map(\.revision) == Array(0..<lines.count))
            for (entry, next) in zip(lines, lines.dropFirst()) where next.isReversal {
                #expect(next == entry.reversal)
                #expect(next.reverses == entry.id)
            }
        }
    }

    @Test(arguments: seeds)
    func `caps are never exceeded`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let world = World(&random)
        let calendar = world.rules.calendar
        for ledger in [world.settledAtOnce, world.settledInBatches(&random)] {
            var sums: [String: (Points, Points)] = [:]
            for entry in Ledger.standing(ledger) {
                let item = world.rules.version(entry.ruleVersion)?.items[entry.key.rule]
                for cap in item?.caps ?? [] {
                    let period = calendar.period(cap.period, of: entry.occurredAt)
                    let name = "\(entry.key.account) \(entry.key.rule) \(period)"
                    sums[name] = ((sums[name]?.0 ?? .zero) + entry.points.magnitude, cap.points)
                }
            }
            for (name, (sum, cap)) in sums.sorted(by: { $0.key < $1.key }) { #expect(sum <= cap, "\(name)") }
        }
    }

    @Test(arguments: seeds)
    func `a balance that is kept along equals one made again from the ledger`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ledger = World(&random).settledInBatches(&random)
        var running = Balance()
        for entry in ledger { running.add(entry) }
        #expect(running == Balance(ledger.shuffled(using: &random)))
        #expect(running == Balance(Ledger.standing(ledger)))
        for month in 0..<48 {
            let at = Sample.at("2026-01-01T00:00:00Z") + .seconds(month * 30 * 86_400)
            let counted = Ledger.standing(ledger).filter { $0.expires > at }
            #expect(running.points(at: at) == counted.reduce(.zero) { $0 + $1.points })
        }
    }

    @Test(arguments: seeds)
    func `a version from a later day on changes nothing that happened before it`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let world = World(&random)
        let ledger = world.settledAtOnce
        let last = world.events.map(\.occurredAt).max() ?? Sample.start
        let doubled = (world.rules.versions.last?.items ?? [:]).mapValues { item in
            var item = item
            item.worth = .flat(Points(50))
            item.caps = []
            return item
        }
        var version = world.rules.versions[1]
        version.number = 3
        version.from = last + .milliseconds(1)
        version.items = doubled
        let rules = CreditRules(calendar: world.rules.calendar, versions: world.rules.versions + [version])
        let changes = Settlement(rules: rules).settle(
            world.events, consents: world.consents(world.consent), existing: ledger)
        #expect(changes == [])
    }
}
