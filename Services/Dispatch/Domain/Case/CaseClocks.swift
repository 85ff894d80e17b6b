import Contracts

/// What a case's state wants to happen by itself, and when. Clocks follow from the state alone: a closed case has none, and
/// a case that moves on moves them in the same transaction.
struct CaseClock: Sendable, Hashable, Comparable {
    enum Kind: String, Sendable, CaseIterable {
        /// Nobody has accepted the case: the next rung is told, and the case waits for it.
        case accept
        /// The case is not resolved: the next rung is told.
        case climb
        /// A department has not come: a no-show, and the next rung is told.
        case arrive
    }

    let kind: Kind
    /// Of the department among those summoned; 0 for the other kinds.
    let ordinal: Int32
    let due: Instant

    /// The order in which clocks act; of those that run out together, the case's own come first.
    static func < (left: CaseClock, right: CaseClock) -> Bool {
        (left.due, left.kind.order, left.ordinal) < (right.due, right.kind.order, right.ordinal)
    }
}

extension CaseClock.Kind {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension CaseState {
    /// The city is the last rung: where it has been told, nothing is left to climb to.
    var clocks: Set<CaseClock> {
        guard isOpen else { return [] }
        var clocks: Set<CaseClock> = []
        if status == .assigned, rung != .city { clocks.insert(CaseClock(kind: .accept, ordinal: 0, due: acceptBy)) }
        if rung != .city { clocks.insert(CaseClock(kind: .climb, ordinal: 0, due: climbBy)) }
        for (index, part) in (openWhistle?.parts ?? []).enumerated() {
            guard let climbBy = part.climbBy, part.rung != .city else { continue }
            clocks.insert(CaseClock(kind: .arrive, ordinal: Int32(index), due: climbBy))
        }
        return clocks
    }
}
