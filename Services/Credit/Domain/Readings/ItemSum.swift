import Contracts

/// How much of one item there was.
struct ItemSum: Sendable, Hashable {
    var item: String
    var count: Int
    var points: Points

    /// By item, in the order of their codes.
    static func sums(of entries: some Sequence<CreditEntry>) -> [ItemSum] {
        let sums = entries.reduce(into: [String: ItemSum]()) { sums, entry in
            var sum = sums[entry.key.rule] ?? ItemSum(item: entry.key.rule, count: 0, points: .zero)
            sum.count += 1
            sum.points += entry.points
            sums[entry.key.rule] = sum
        }
        return sums.values.sorted { $0.item < $1.item }
    }
}
