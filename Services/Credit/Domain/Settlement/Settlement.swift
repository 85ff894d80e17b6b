import Contracts

/// Works out what events earn: pure, and from all events of a group at once, in the order in which they happened.
///
/// That is what makes it indifferent to arrival: however the events came, in whatever portions, late or twice, the last
/// settlement sees the same set. An entry that was made too early is taken back by a reversing one.
struct Settlement: Sendable {
    let rules: CreditRules

    /// What each event earns, in the order in which they happened; repeats are left out.
    ///
    /// - Parameters:
    ///   - events: of any groups, and of each of these all.
    ///   - consents: an account without an entry has never agreed.
    func awards(_ events: some Sequence<CreditedEvent>, consents: [Account: Consent]) -> [Award] {
        var used: [SettlementGroup: Usage] = [:]
        var seen: Set<EntryKey> = []
        return events.sorted().compactMap { event in
            guard seen.insert(event.key).inserted else { return nil }
            let group = SettlementGroup(of: event, by: rules)
            let outcome = outcome(of: event, consents[event.account], &used[group, default: Usage()])
            return Award(event: event, outcome: outcome)
        }
    }

    /// What earlier events of the group have used up.
    private struct Usage {
        var points: [CalendarPeriod: Points] = [:]
        var quantity: [CalendarPeriod: Int] = [:]
    }

    private func outcome(of event: CreditedEvent, _ consent: Consent?, _ usage: inout Usage) -> Award.Outcome {
        guard let version = rules.version(at: event.occurredAt) else { return .nothing(.beforeRules) }
        guard let item = version.items[event.item] else { return .nothing(.noSuchItem) }
        guard item.isInForce else { return .nothing(.itemIsOff) }
        guard item.subjects.contains(event.subject.kind) else { return .nothing(.notForSubject) }
        guard version.scores(event.subject.kind, consent, at: event.occurredAt) else {
            return .nothing(.noConsent)
        }
        guard event.quantity >= item.least else { return .nothing(.belowMinimum(item.least)) }

        var before = 0
        if let curve = item.worth.curve {
            let period = rules.calendar.period(curve.over, of: event.occurredAt)
            before = usage.quantity[period, default: 0]
            usage.quantity[period] = before + event.quantity
        }
        let worth = item.worth.points(for: event.quantity, before: before)
        guard worth != .zero || item.worth.isRecord else { return .nothing(.addsUp) }

        let (points, cap) = capped(worth, by: item.caps, at: event.occurredAt, usage)
        if points == .zero, let cap { return .nothing(.capReached(cap)) }
        for period in Period.allCases {
            usage.points[rules.calendar.period(period, of: event.occurredAt), default: .zero] += points.magnitude
        }
        return .earned(
            Award.Earning(
                points: points, ruleVersion: version.number,
                expires: rules.calendar.anniversary(of: event.occurredAt, after: item.validYears),
                uncapped: cap == nil ? nil : worth, cap: cap))
    }

    /// What the caps leave of it, and the one that leaves least where that is less than all. Caps bound what is taken as
    /// they bound what is given.
    private func capped(
        _ worth: Points, by caps: [CreditItem.Cap], at instant: Instant, _ usage: Usage
    ) -> (Points, CalendarPeriod?) {
        var left = worth.magnitude
        var reached: CalendarPeriod?
        for cap in caps.sorted(by: { $0.period < $1.period }) {
            let period = rules.calendar.period(cap.period, of: instant)
            let room = max(.zero, cap.points - usage.points[period, default: .zero])
            if room < left { (left, reached) = (room, period) }
        }
        return (worth < .zero ? -left : left, reached)
    }
}
