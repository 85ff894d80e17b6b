import Contracts

/// The rules as they are in force from one day on, until the next version's.
struct RuleVersion: Sendable, Hashable {
    /// 1 for the first, then one more each.
    var number: Int
    /// The first instant at which it holds; an event is judged by the version of its own time, whenever it arrives.
    var from: Instant
    var items: [String: CreditItem]
    /// The first is the one that is shown where none is asked for.
    var scales: [Scale]
    /// Whoever is no person: a department's sheet needs nobody's consent.
    var consentFree: Set<SubjectKind>
    /// Volunteer hours, in hundredths, at which the growth tree gets its stars.
    var stars: [Int]
    /// Volunteer hours, in hundredths, that a department's people owe a year.
    var hoursOwed: Int

    func items(for trigger: CreditItem.Trigger) -> [CreditItem] {
        items.values.filter { $0.trigger == trigger }.sorted { $0.code < $1.code }
    }

    /// Whether a subject may be given points and shown a score at an instant: a person only with her consent.
    func scores(_ kind: SubjectKind, _ consent: Consent?, at instant: Instant) -> Bool {
        consentFree.contains(kind) || consent?.holds(at: instant) == true
    }

    func scale(_ code: String?) -> Scale? { code.map { code in scales.first { $0.code == code } } ?? scales.first }
}

/// All versions of the rules.
struct CreditRules: Sendable, Hashable {
    let calendar: CityCalendar
    /// From the earliest on.
    let versions: [RuleVersion]
    private let horizons: [String: Period]

    init(calendar: CityCalendar, versions: [RuleVersion]) {
        self.calendar = calendar
        self.versions = versions
        let known = versions.flatMap(\.items.values).compactMap { item in item.horizon.map { (item.code, $0) } }
        horizons = Dictionary(known, uniquingKeysWith: max)
    }

    /// The version that holds at an instant; nil before the first.
    func version(at instant: Instant) -> RuleVersion? { versions.last { $0.from <= instant } }

    func version(_ number: Int) -> RuleVersion? { versions.first { $0.number == number } }

    /// The longest stretch, over all versions, whose events of the item bear upon each other.
    func horizon(of item: String) -> Period? { horizons[item] }

    /// An item keeps its trigger through all versions.
    func pace(of item: String) -> Pace { versions.lazy.compactMap { $0.items[item] }.first?.trigger.pace ?? .soon }
}
