import Contracts

extension RuleVersion {
    /// What of the version decides who gets how many points: all that must never change once it has paid anybody. Names
    /// and sources may be put right.
    ///
    /// Written as JSON it is digested and the digest kept, so a member that is added later must be left out while it has its
    /// default.
    struct Terms: Encodable {
        var version: Int
        var from: Instant
        var consentFree: [SubjectKind]
        var items: [Item]

        struct Item: Encodable {
            var code: String
            var subjects: [SubjectKind]
            var trigger: CreditItem.Trigger
            var points: Worth
            var least: Int
            var caps: [CreditItem.Cap]
            var validYears: Int
        }
    }

    var terms: Terms {
        Terms(
            version: number, from: from, consentFree: consentFree.inOrder,
            items: items.values.filter(\.isInForce).sorted { $0.code < $1.code }.map { item in
                Terms.Item(
                    code: item.code, subjects: item.subjects.inOrder, trigger: item.trigger, points: item.worth,
                    least: item.least, caps: item.caps.sorted { $0.period < $1.period }, validYears: item.validYears)
            })
    }
}

extension Set<SubjectKind> {
    fileprivate var inOrder: [SubjectKind] { sorted { $0.rawValue < $1.rawValue } }
}
