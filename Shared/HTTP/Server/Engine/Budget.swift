import Synchronization

/// How much of something may be held at once.
final class Budget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) { self.limit = limit }

    var inUse: Int { used.load(ordering: .sequentiallyConsistent) }

    /// False, and nothing taken, when it would be too much.
    func take(_ amount: Int = 1) -> Bool {
        let (_, sum) = used.add(amount, ordering: .sequentiallyConsistent)
        guard sum > limit else { return true }
        give(amount)
        return false
    }

    func give(_ amount: Int = 1) { used.subtract(amount, ordering: .sequentiallyConsistent) }
}
