import Contracts
import Postgres
import ServiceKit

/// Settles the accounts whose time has come.
///
/// An account's timer is consumed by the same transaction, and whatever adds to the account changes the timer: so either
/// all that was added is in what is loaded here, or nothing of this is written and it is done again.
struct SettlementRound {
    private let rules: CreditRules
    private let now: Instant
    private var due: [(EventID, Pace)] = []

    init(rules: CreditRules, now: Instant) {
        self.rules = rules
        self.now = now
    }

    mutating func add(_ account: EventID, _ pace: Pace) { due.append((account, pace)) }

    func settle(in session: inout Session, _ effects: inout Effects) throws {
        if due.isEmpty { return }
        var marks: [UnsettledRow] = []
        var register: [RuleRegister.Row] = []
        try session.pipeline([UnsettledRow.find(due), RuleRegister.all]) { index, result throws(PostgresError) in
            if index == 0 { marks = try UnsettledRow.read(result) } else { register = try RuleRegister.read(result) }
        }
        try RuleRegister.check(rules, against: register, at: now, &effects)
        marks.sort()
        if marks.isEmpty { return }

        let groups = try self.groups(of: marks, in: &session)
        let contents = try GroupContents.load(groups, of: Set(marks.map(\.account)), by: rules, in: &session)
        let entries = Settlement(rules: rules).settle(
            contents.events, consents: contents.consents, existing: contents.entries)
        EntryRows.insert(entries, at: now, &effects)
        effects.run(UnsettledRow.delete(marks))
        for entry in entries { try effects.publish(entry.event(at: now)) }
    }

    /// Marks name their groups, or an instant since which everything of the account is meant.
    private func groups(of marks: [UnsettledRow], in session: inout Session) throws -> [SettlementGroup] {
        var groups = Set(
            marks.filter { $0.item != UnsettledRow.anyItem }.map {
                SettlementGroup($0.account, $0.item, at: $0.since, by: rules)
            })
        let wide = marks.filter { $0.item == UnsettledRow.anyItem }
        if !wide.isEmpty {
            let rows = try session.query(
                Self.happenedSince,
                Parameters(wide.map(\.account.description), wide.map(\.pace.rawValue), wide.map { Timestamp($0.since) })
            ).rows(as: String.self, String.self, String.self, Timestamp.self)
            for (account, pace, item, at) in rows where rules.pace(of: item).rawValue == pace {
                if let account = Account(account) {
                    groups.insert(SettlementGroup(account, item, at: Instant(at), by: rules))
                }
            }
        }
        return groups.sorted()
    }

    /// Plan: a scan of an account's part of the key. An input is at most days late, so that few rows are left.
    private static let happenedSince = Statement(
        "credited_since",
        """
        select distinct credited.subject, wanted.pace, credited.item, credited.occurred_at
        from unnest($1::text[], $2::text[], $3::timestamptz[]) as wanted (subject, pace, since)
        join credited on credited.subject = wanted.subject and credited.occurred_at >= wanted.since
        """)
}

extension CreditEntry {
    /// As it is published, because of the input that it rests on.
    fileprivate func event(at now: Instant) -> Event<CreditEntryMade> {
        let input = EventEnvelope(
            id: cause.id, source: cause.source, type: "", time: occurredAt, correlationID: cause.correlation)
        return Event(
            CreditEntryMade(
                entry: id, creditSubject: subject, rule: key.rule, ruleVersion: ruleVersion, points: points.hundredths,
                cause: cause.id, expires: expires, reverses: reverses),
            by: .credit, causedBy: input, recordedAt: now)
    }
}
