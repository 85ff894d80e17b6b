import Contracts

/// What was done in a community within a period: sums that name nobody.
struct CommunityStanding: Sendable, Hashable {
    /// Of fewer accounts no figure is given: neighbours would know whose it is.
    static let fewest = 5

    let community: UnitCode
    let period: CalendarPeriod
    /// Nil below the fewest.
    let accounts: Int?
    /// Of what is listed here, so that the difference tells nothing of what is not.
    var points: Points { items.reduce(others?.points ?? .zero) { $0 + $1.points } }
    /// Items that enough accounts did, by code; the rest is in `others`.
    let items: [ItemSum]
    /// All other items together; nil where too few accounts did them.
    let others: ItemSum?

    /// - Parameter entries: lines of the ledger; what was done elsewhere or in another period is left out.
    init(
        _ community: UnitCode, period: CalendarPeriod, entries: some Sequence<CreditEntry>, calendar: CityCalendar
    ) {
        let span = calendar.span(of: period)
        let here = Ledger.standing(entries).filter { community.contains($0.unit) && span.contains($0.occurredAt) }
        let doers = here.reduce(into: [String: Set<Account>]()) { $0[$1.key.rule, default: []].insert($1.key.account) }
        let common = Set(doers.filter { $0.value.count >= Self.fewest }.map(\.key))
        let rest = here.filter { !common.contains($0.key.rule) }
        let count = Set(here.map(\.key.account)).count
        self.community = community
        self.period = period
        accounts = count >= Self.fewest ? count : nil
        items = ItemSum.sums(of: here.filter { common.contains($0.key.rule) })
        others =
            Set(rest.map(\.key.account)).count >= Self.fewest
            ? ItemSum(item: "others", count: rest.count, points: rest.reduce(.zero) { $0 + $1.points }) : nil
    }
}
