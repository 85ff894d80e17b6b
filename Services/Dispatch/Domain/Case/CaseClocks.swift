import Contracts

/// What a case's state wants to happen by itself, and when. Clocks follow from the state alone: a closed case has none, and
/// a case that moves on moves them in the same transaction.
struct CaseClock: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// Nobody has accepted the case.
        case accept
        /// The case is not resolved: the next rung is told.
        case climb
        /// A department has not come: a no-show, and the next rung is told.
        case arrive
    }

    let kind: Kind
    /// Of the department among those summoned.
    let ordinal: Int32
    let due: Instant
}

extension CaseState {
    var clocks: Set<CaseClock> {
        guard isOpen else { return [] }
        var clocks: Set<CaseClock> = []
        if status == .assigned, rung != .city { clocks.insert(CaseClock(kind: .accept, ordinal: 0, due: acceptBy)) }
        if rung != .city { clocks.insert(CaseClock(kind: .climb, ordinal: 0, due: climbBy)) }
        if let whistle, whistle.isOpen {
            for (index, part) in whistle.parts.enumerated() {
                guard let climbBy = part.climbBy, part.rung != .city else { continue }
                clocks.insert(CaseClock(kind: .arrive, ordinal: Int32(index), due: climbBy))
            }
        }
        return clocks
    }
}
