import Contracts

/// What a case's state wants to happen by itself, and when. Clocks follow from the state alone: a closed case has none, a
/// paused one has the end of its pause, and a case that moves on moves them in the same transaction.
struct CaseClock: Sendable, Hashable, Comparable {
    enum Kind: String, Sendable, CaseIterable {
        /// A deadline comes near: a yellow slip.
        case yellow
        /// A deadline has passed: a red slip.
        case red
        /// Nobody has accepted the case: the next rung is told, and the case waits for it.
        case accept
        /// The case is not resolved: the next rung is told.
        case climb
        /// A department has not come: a no-show, and the next rung is told.
        case arrive
        /// A pause is over.
        case resume
    }

    let kind: Kind
    /// Tells apart clocks of a kind: the place of the deadline, or of the department among those summoned.
    let ordinal: Int32
    let due: Instant

    /// The order in which clocks act; of those that run out together, slips come first, and then the case's own.
    static func < (left: CaseClock, right: CaseClock) -> Bool {
        (left.due, left.kind.order, left.ordinal) < (right.due, right.kind.order, right.ordinal)
    }
}

extension CaseClock.Kind {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Which deadline a slip is on: one of the case's, or of a department's in its whistle.
struct DeadlinePlace: Sendable, Hashable {
    let deadline: CaseDeadline
    /// Of the department among those summoned; 0 for the case's own.
    let part: Int

    init(_ deadline: CaseDeadline, part: Int = 0) {
        self.deadline = deadline
        self.part = part
    }

    init?(ordinal: Int32) {
        let count = Int32(CaseDeadline.allCases.count)
        guard ordinal >= 0 else { return nil }
        deadline = CaseDeadline.allCases[Int(ordinal % count)]
        part = Int(ordinal / count)
    }

    var ordinal: Int32 {
        let place = CaseDeadline.allCases.firstIndex(of: deadline) ?? 0
        return Int32(part * CaseDeadline.allCases.count + place)
    }
}

extension CaseState {
    /// The city is the last rung: where it has been told, nothing is left to climb to.
    var clocks: Set<CaseClock> {
        guard isOpen else { return [] }
        var clocks: Set<CaseClock> = []
        if let pause { return [CaseClock(kind: .resume, ordinal: 0, due: pause.until)] }
        for (place, due, slip) in deadlines {
            if let yellow = slip.yellowAt {
                clocks.insert(CaseClock(kind: .yellow, ordinal: place.ordinal, due: yellow))
            }
            if !slip.isRed, place.deadline.hasRed {
                clocks.insert(CaseClock(kind: .red, ordinal: place.ordinal, due: due))
            }
        }
        if status == .assigned, rung != .city { clocks.insert(CaseClock(kind: .accept, ordinal: 0, due: acceptBy)) }
        if rung != .city { clocks.insert(CaseClock(kind: .climb, ordinal: 0, due: climbBy)) }
        for (index, part) in (openWhistle?.parts ?? []).enumerated() {
            guard let climbBy = part.climbBy, part.rung != .city else { continue }
            clocks.insert(CaseClock(kind: .arrive, ordinal: Int32(index), due: climbBy))
        }
        return clocks
    }

    /// The deadlines that run, with the slips that were given on them.
    var deadlines: [(place: DeadlinePlace, due: Instant, slip: SlipState)] {
        guard isOpen else { return [] }
        var all: [(place: DeadlinePlace, due: Instant, slip: SlipState)] = []
        if status == .assigned { all.append((DeadlinePlace(.accept), acceptBy, acceptSlip)) }
        if startedAt == nil, let answerBy { all.append((DeadlinePlace(.answer), answerBy, answerSlip)) }
        all.append((DeadlinePlace(.resolve), resolveBy, resolveSlip))
        for (index, part) in (openWhistle?.parts ?? []).enumerated() {
            if part.isAwaited, part.signedAt == nil, let due = part.signBy {
                all.append((DeadlinePlace(.sign, part: index), due, part.signSlip))
            }
            if part.isAwaited, part.contactedAt == nil, let due = part.contactBy {
                all.append((DeadlinePlace(.contact, part: index), due, part.contactSlip))
            }
            if part.attendance == .summoned {
                all.append((DeadlinePlace(.arrive, part: index), part.arriveBy, part.arriveSlip))
            }
            if part.isAwaited || part.isThere {
                all.append((DeadlinePlace(.complete, part: index), part.completeBy, part.completeSlip))
            }
        }
        return all
    }
}

extension CaseDeadline {
    /// Where nobody came, the no-show takes the place of the red slip.
    fileprivate var hasRed: Bool { self != .arrive }
}
