import Contracts

/// When an account's owner agreed to be given a score, and took that back.
///
/// Without consent events are kept and earn nothing. Consent does not reach back: only what happens from then on counts,
/// so that nobody finds years of her life scored by one tap. What was earned while it held stays in the ledger when it is
/// taken back, but no score is made of it until it is given again.
struct Consent: Sendable, Hashable {
    struct Change: Sendable, Hashable {
        var at: Instant
        /// Decides between two changes at the same instant.
        var id: EventID
        var isGiven: Bool
    }

    /// In the order in which they happened, each id once.
    private let changes: [Change]

    init(_ changes: some Sequence<Change> = []) {
        var seen: Set<EventID> = []
        self.changes = changes.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.filter { seen.insert($0.id).inserted }
    }

    /// A change holds from its own instant on.
    func holds(at instant: Instant) -> Bool { changes.last { $0.at <= instant }?.isGiven ?? false }
}
