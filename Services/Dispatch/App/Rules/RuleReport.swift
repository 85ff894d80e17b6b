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
        /// Corrections of category, severity or handling in this time; one that moves the place alone is none of the rule's.
        var corrected = 0
        /// What was set right, such as the handling from small to big, the most frequent first.
        var changes: [Change] = []
    }

    struct Change: Codable, Sendable, Equatable {
        enum What: String, Codable, CaseIterable, Sendable { case handling, category, severity }

        let what: What
        let from: String
        let to: String
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
        for (rule, isCorrection, count) in try session.query(Self.setRight, parameters)
            .rows(as: String.self, Bool.self, Int64.self)
        {
            if isCorrection {
                rows[rule, default: Row(rule: rule)].corrected += Int(count)
            } else {
                rows[rule, default: Row(rule: rule)].reclassified += Int(count)
            }
        }
        let changes = try session.query(Self.changed, parameters).rows(
            as: String.self, String.self, String.self, String.self, Int64.self)
        for (rule, what, from, to, count) in changes {
            guard let what = Change.What(rawValue: what) else { continue }
            rows[rule]?.changes.append(Change(what: what, from: from, to: to, count: Int(count)))
        }
        self.rows = rows.values.sorted {
            ($1.reclassified + $1.corrected, $1.cases, $0.rule) < ($0.reclassified + $0.corrected, $0.cases, $1.rule)
        }
    }

    /// Plan: the index matter_opened over those days.
    static let decided = Statement(
        "rule_report_decided",
        """
        select split_part(state ->> 'rule', ':', 1), count(*) from matter
        where opened_at >= $1 and opened_at < $2 group by 1
        """)

    /// What people set right, each event by its own rule.
    ///
    /// Plan: the indexes history_reclassified and history_corrected over those days.
    private static let found = """
        select split_part(state ->> 'rule', ':', 1) as rule, found.*
        from (
            select matter_id, false as is_correction, data from history
            where type = 'muster.case.reclassified.v1' and occurred_at >= $1 and occurred_at < $2
            union all
            select matter_id, true, data from history
            where type = 'muster.case.corrected.v1' and occurred_at >= $1 and occurred_at < $2
                and data ?| array['handling', 'category', 'severity']
        ) as found join matter on matter.id = matter_id
        """

    static let setRight = Statement(
        "rule_report_set_right", "select rule, is_correction, count(*) from (\(found)) as found group by 1, 2")

    static let changed = Statement(
        "rule_report_changed",
        """
        select rule, what, before, after, count(*)
        from (\(found)) as found, lateral (
            values ('handling', coalesce(data ->> 'formerHandling', data ->> 'from'), coalesce(data ->> 'handling', data ->> 'to')),
                ('category', data ->> 'formerCategory', data ->> 'category'),
                ('severity', data ->> 'formerSeverity', data ->> 'severity')) as change (what, before, after)
        where before is not null and after is not null
        group by 1, 2, 3, 4 order by count(*) desc, 1, 2, 3, 4
        """)
}

extension RuleReport {
    static let example = """
        {"rows":[{"cases":120,"changes":[{"count":4,"from":"small","to":"big","what":"handling"},{"count":1,"from":"minor","to":"normal","what":"severity"}],"corrected":1,"reclassified":4,
         "rule":"rule 21 of version 1"}],"since":"2026-10-25T01:00:00.000Z","until":"2026-11-24T01:00:00.000Z"}
        """
}
