import Contracts

@testable import muster_credit

/// Values for tests, by what matters in them.
enum Sample {
    static let start = Instant(milliseconds: 1_795_478_400_000)  // 2026-11-24T00:00:00Z, 08:00 in the city
    static let unit = UnitCode("371082007013001")!
    static let resident = Subject(kind: .resident, id: "p-1")
    static let department = Subject(kind: .department, id: "D017")

    static func at(_ text: String) -> Instant { Instant(text)! }

    static func id(_ name: String, at instant: Instant = start) -> EventID {
        EventID.derived(from: name, at: instant, type: "test", subject: name)
    }

    static func event(
        _ name: String = "e-1", _ item: String = "snow-cleared", subject: Subject = resident,
        at instant: Instant = start,
        quantity: Int = 1, unit: UnitCode = unit
    ) -> CreditedEvent {
        CreditedEvent(
            id: id(name, at: instant), subject: subject, item: item, occurredAt: instant, quantity: quantity,
            unit: unit,
            cause: Cause(source: "test", id: name, correlation: name))
    }

    static func consented(
        _ subjects: Subject..., since instant: Instant = at("2026-01-01T00:00:00+08:00")
    ) -> [Account: Consent] {
        Dictionary(
            uniqueKeysWithValues: subjects.map {
                (Account($0), Consent([.init(at: instant, id: id("consent"), isGiven: true)]))
            })
    }

    /// A rule for residents that nothing is missing from.
    static func item(
        _ code: String = "deed", _ worth: Worth = .flat(Points(hundredths: 100)), caps: [CreditItem.Cap] = [],
        minimum: Int = 1, subjects: Set<SubjectKind> = [.resident], validYears: Int = 1, legalBasis: String? = nil,
        isEnabled: Bool = true
    ) -> CreditItem {
        CreditItem(
            code: code, english: "A deed", chinese: "好事", subjects: subjects, trigger: .deed, measure: .times,
            worth: worth, minimum: minimum, evidence: [], caps: caps, validYears: validYears, source: "test",
            legalBasis: legalBasis, isEnabled: isEnabled)
    }

    /// Rules of one or more versions, each from its day on.
    static func rules(_ versions: (from: String, items: [CreditItem])...) -> CreditRules {
        let calendar = CityCalendar()
        return CreditRules(
            calendar: calendar,
            versions: versions.enumerated().map { index, version in
                RuleVersion(
                    number: index + 1, from: at("\(version.from)T00:00:00+08:00"),
                    items: Dictionary(uniqueKeysWithValues: version.items.map { ($0.code, $0) }), scales: [],
                    consentFree: [.department], stars: [], hoursOwed: 2_000)
            })
    }

    static func standardRules() throws -> CreditRules { try CreditRules.load([.standard]).rules }
}

extension Points {
    init(_ whole: Int) { self.init(hundredths: whole * 100) }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
