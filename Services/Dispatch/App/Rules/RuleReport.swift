import Contracts
import Postgres
import ServiceKit

/// How often each rule decided, and how often a person set it right afterwards: what the rules are mended by.
struct RuleReport: Codable, Sendable, Equatable {
    struct Row: Codable, Sendable, Equatable {
        /// `rule 12 of version 3`
        let rule: String
        /// Cases that it decided on in this time.
        var cases = 0
        /// Reclassifications in this time, whenever the case was opened.
        var reclassified = 0
        /// Such as `small → big`, the most frequent first.
        var changes: [Change] = []
    }

    struct Change: Codable, Sendable, Equatable {
        let from: Handling
        let to: Handling
        let count: Int
    }

    let since: Instant
    let until: Instant
    /// The most reclassified first.
    let rows: [Row]

    init(since: Instant, until: Instant, in session: inout Session) throws {
        self.since = since
        self.until = until
        var rows: [String: Row] = [:]
        let parameters = Parameters(Timestamp(since), Timestamp(until))
        for (rule, count) in try session.query(Self.decided, parameters).rows(as: String.self, Int64.self) {
            rows[rule, default: Row(rule: rule)].cases = Int(count)
        }
        let changes = try session.query(Self.changed, parameters).rows(
            as: String.self, String.self, String.self, Int64.self)
        for (rule, from, to, count) in changes {
            guard let from = Handling(rawValue: from), let to = Handling(rawValue: to) else { continue }
            rows[rule, default: Row(rule: rule)].reclassified += Int(count)
            rows[rule]?.changes.append(Change(from: from, to: to, count: Int(count)))
        }
        self.rows = rows.values.sorted { ($1.reclassified, $1.cases, $0.rule) < ($0.reclassified, $0.cases, $1.rule) }
    }

    /// Plan: the index matter_opened over those days.
    private static let decided = Statement(
        "rule_report_decided",
        """
        select split_part(state ->> 'rule', ':', 1), count(*) from matter
        where opened_at >= $1 and opened_at < $2 group by 1
        """)

    /// Plan: the index history_reclassified over those days.
    private static let changed = Statement(
        "rule_report_changed",
        """
        select split_part(state ->> 'rule', ':', 1), data ->> 'from', data ->> 'to', count(*)
        from history join matter on matter.id = matter_id
        where type = 'muster.case.reclassified.v1' and occurred_at >= $1 and occurred_at < $2
        group by 1, 2, 3 order by count(*) desc, 1, 2, 3
        """)
}

extension RuleReport {
    static let example = """
        {"rows":[{"cases":120,"changes":[{"count":4,"from":"small","to":"big"}],"reclassified":4,
         "rule":"rule 21 of version 1"}],"since":"2026-10-25T01:00:00.000Z","until":"2026-11-24T01:00:00.000Z"}
        """
}
