import Contracts

extension Settlement {
    /// The lines to add to the ledger so that exactly what the events earn stands in it.
    ///
    /// - Parameters:
    ///   - events: of any groups, and of each of these all.
    ///   - existing: every line of these groups; one that no event of theirs earns any more is taken back.
    /// - Returns: in the order of their keys, a reversing line before the one that takes its place.
    func settle(
        _ events: some Sequence<CreditedEvent>, consents: [Account: Consent], existing: some Sequence<CreditEntry>
    ) -> [CreditEntry] {
        var entitled: [EntryKey: (CreditedEvent, Award.Earning)] = [:]
        for award in awards(events, consents: consents) {
            if case .earned(let earning) = award.outcome { entitled[award.event.key] = (award.event, earning) }
        }
        let last = Ledger.lastLines(of: existing)
        let keys = Set(entitled.keys).union(last.keys).sorted()
        return keys.flatMap { key -> [CreditEntry] in
            let wanted = entitled[key].map { event, earning in
                CreditEntry(event, earning, revision: last[key].map { $0.revision + ($0.isReversal ? 1 : 2) } ?? 0)
            }
            guard let known = last[key], !known.isReversal else { return [wanted].compactMap { $0 } }
            if let wanted, wanted.says(sameAs: known) { return [] }
            return [known.reversal] + [wanted].compactMap { $0 }
        }
    }
}

extension CreditEntry {
    fileprivate init(_ event: CreditedEvent, _ earning: Award.Earning, revision: Int) {
        self.init(
            key: event.key, revision: revision, subject: event.subject, ruleVersion: earning.ruleVersion,
            points: earning.points, occurredAt: event.occurredAt, expires: earning.expires, unit: event.unit,
            quantity: event.quantity, cause: event.cause)
    }

    /// Alike but for the revision.
    fileprivate func says(sameAs other: CreditEntry) -> Bool {
        var same = self
        same.revision = other.revision
        return same == other
    }
}
