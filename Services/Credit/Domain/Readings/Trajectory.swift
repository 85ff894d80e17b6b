import Contracts

/// Why a score is what it is: everything that was credited to an account, what came of it, and by which rule.
struct Trajectory: Sendable, Hashable {
    struct Line: Sendable, Hashable {
        var event: CreditedEvent
        /// The item's names, as the version of its time has them.
        var english: String?
        var chinese: String?
        var ruleVersion: Int?
        var state: State
        /// What the event gives; nothing where its entry has expired.
        var points: Points
        /// The sum of all lines up to this one.
        var balance: Points
        /// How often its entry was taken back, to make it anew or for good.
        var corrections: Int
        var expires: Instant?
        /// In words, for the person concerned.
        var reason: String?
        /// Whether it is only a part of what another line is given for.
        var addsUpOnly = false
    }

    enum State: String, Sendable, Hashable, CaseIterable {
        case counts, expired
        /// It earns something, and its entry is about to be made.
        case pending
        /// It earns nothing, for the reason given.
        case nothing
    }

    /// In the order in which the events happened.
    let lines: [Line]

    /// - Parameters:
    ///   - awards: of all the account's events.
    ///   - entries: all lines of the account's ledger.
    init(
        _ awards: [Award], entries: some Sequence<CreditEntry>, by rules: CreditRules, at now: Instant
    ) {
        let last = Ledger.lastLines(of: entries)
        var balance = Points.zero
        lines = awards.map { award in
            let entry = last[award.event.key]
            let version = rules.version(at: award.event.occurredAt)
            let item = version?.items[award.event.item]
            var line = Line(
                event: award.event, english: item?.english, chinese: item?.chinese, ruleVersion: version?.number,
                state: .nothing, points: .zero, balance: balance,
                corrections: entry.map { ($0.revision + 1) / 2 } ?? 0, reason: award.explanation)
            if let entry, !entry.isReversal {
                line.state = entry.expires > now ? .counts : .expired
                line.points = entry.expires > now ? entry.points : .zero
                line.expires = entry.expires
            } else if case .earned = award.outcome {
                line.state = .pending
            }
            balance += line.points
            line.balance = balance
            line.addsUpOnly = award.outcome == .nothing(.addsUp)
            return line
        }
    }

    /// Of the lines that count.
    var balance: Points { lines.last?.balance ?? .zero }
}

extension Award {
    /// Why an event earned nothing, or less than its rule says; nil where it earned all.
    var explanation: String? {
        switch outcome {
        case .earned(let earning):
            guard let cap = earning.cap, let uncapped = earning.uncapped else { return nil }
            return "\(uncapped) by its rule, of which the cap of \(cap) left \(earning.points)"
        case .nothing(.beforeRules): return "it happened before there were rules"
        case .nothing(.noSuchItem): return "the rules of that day had no such item"
        case .nothing(.itemIsOff): return "the item was off on that day"
        case .nothing(.notForSubject): return "the item is not for this kind of subject"
        case .nothing(.noConsent): return "there was no consent to a score at that time"
        case .nothing(.belowMinimum(let least)): return "the item begins at \(least)"
        case .nothing(.addsUp): return "it adds to the period's quantity, and completed no step of it"
        case .nothing(.capReached(let cap)): return "the cap of \(cap) had been reached"
        }
    }
}
