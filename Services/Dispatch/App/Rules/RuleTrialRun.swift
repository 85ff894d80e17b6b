import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// A trial over the cases of some days, page by page.
struct RuleTrialRun: Sendable {
    let context: ServiceContext<DispatchHandler>
    var trial: RuleTrial
    /// Nil for the whole city.
    let unit: UnitCode?
    let days: Int
    let rowsAtMost: Int

    /// Cases looked at; a city has some hundred a day.
    static let casesAtMost = 200_000
    private static let page = 1_000

    struct Report: Codable, Sendable, Equatable {
        let proposed: Int
        let since: Instant
        /// How many cases were tried, and whether that is all that there were.
        var cases = 0
        var isComplete = true
        /// How many would have gone elsewhere.
        var elsewhere = 0
        /// How many of those in what, in the order of the aspects.
        var differences: [Difference] = []
        /// Of those that would have gone elsewhere, the first ones.
        var rows: [Row] = []
        /// The same as sums, the most frequent first.
        var sums: [Sum] = []
    }

    struct Difference: Codable, Sendable, Equatable {
        let what: RuleTrial.Aspect
        let count: Int
    }

    struct Row: Codable, Sendable, Equatable {
        let `case`: EventID
        let community: UnitCode
        let number: Int
        let openedAt: Instant
        let differences: [RuleTrial.Aspect]
        let before: RuleTrial.Way
        let after: RuleTrial.Way
    }

    struct Sum: Codable, Sendable, Equatable {
        let before: String
        let after: String
        let rule: String
        var count: Int
    }

    func report() async throws -> Report {
        var trial = trial
        let now = context.clock.now()
        let since = now - .seconds(Int64(days) * 86_400)
        var report = Report(proposed: trial.proposed.version, since: since)
        var sums: [[String]: Int] = [:]
        var differences: [RuleTrial.Aspect: Int] = [:]
        var cursor = CaseCursor(
            time: Timestamp(since - .seconds(Int64(trial.lookBack + 1) * 86_400)), id: CaseCursor.first.id)
        if trial.lookBack == 0 { cursor = CaseCursor(time: Timestamp(since), id: CaseCursor.first.id) }
        while report.cases < Self.casesAtMost {
            let pasts = try await page(after: cursor)
            for (past, id, number) in pasts {
                cursor = CaseCursor(time: Timestamp(past.time), id: id)
                guard past.time >= since else {
                    trial.remember(past)
                    continue
                }
                report.cases += 1
                guard let (before, after) = trial.compare(past) else { continue }
                report.elsewhere += 1
                let aspects = after.differences(from: before)
                for aspect in aspects { differences[aspect, default: 0] += 1 }
                sums[[before.text(aspects), after.text(aspects), after.rule.prefixToColon], default: 0] += 1
                if report.rows.count < rowsAtMost {
                    report.rows.append(
                        Row(
                            case: id, community: past.matter.unit.ancestor(at: .community) ?? past.matter.unit,
                            number: number, openedAt: past.time, differences: aspects, before: before, after: after))
                }
            }
            if pasts.count < Self.page { break }
            report.isComplete = report.cases < Self.casesAtMost
        }
        report.differences = RuleTrial.Aspect.allCases.compactMap { aspect in
            differences[aspect].map { Difference(what: aspect, count: $0) }
        }
        report.sums = sums.map { Sum(before: $0.key[0], after: $0.key[1], rule: $0.key[2], count: $0.value) }.sorted {
            ($1.count, $0.before, $0.after, $0.rule) < ($0.count, $1.before, $1.after, $1.rule)
        }
        return report
    }

    private func page(after: CaseCursor) async throws -> [(RuleTrial.Past, EventID, Int)] {
        let parameters = Parameters(
            unit?.text ?? "", (unit?.text ?? "") + "~", after.time, after.id.uuid, Int32(Self.page))
        let rows = try await context.read { session in
            try session.query(Self.opened, parameters).rows(
                as: UUID.self, Int32.self, String.self, String.self, String.self, String.self, String.self,
                Timestamp.self,
                String.self, [String].self)
        }
        return rows.compactMap { row in
            guard let unit = UnitCode(row.2), let origin = CaseOpened.Origin(rawValue: row.3),
                let severity = Severity(rawValue: row.5)
            else { return nil }
            // What was found by words was not reported.
            let isFound =
                row.8.contains(TriageRules.byWords)
                || trial.present.versions.contains {
                    $0.unclassified.code == row.4
                }
            let matter = Matter(
                origin: origin, category: isFound ? nil : row.4, severity: severity, text: row.6, unit: unit)
            let past = RuleTrial.Past(
                matter: matter, time: Instant(row.7), reporters: Set(row.9.compactMap { Role(rawValue: $0) }))
            return (past, EventID(row.0), Int(row.1))
        }
    }

    /// As they were reported: what a person set right afterwards no rule could know.
    ///
    /// Plan: the index matter_opened in its order until the limit, then history and postings by their keys, where history is large.
    static let opened = Statement(
        "rule_trial_cases",
        """
        select matter.id, number, opening.data ->> 'unit', opening.data ->> 'origin', opening.data ->> 'category',
            opening.data ->> 'severity', text, opened_at, opening.data ->> 'rule',
            array(
                select role from directory_posting
                where person = opening.actor and valid_from <= opened_at and (valid_to is null or valid_to > opened_at))
        from (
            select id, number, text, opened_at from matter
            where unit ~>=~ $1 and unit ~<~ $2 and (opened_at, id) > ($3, $4)
            order by opened_at, id limit $5
        ) as matter join history as opening on opening.matter_id = matter.id and opening.sequence = 1
        order by opened_at, matter.id
        """)
}

extension String {
    /// `rule 12 of version 3` of its explanation.
    var prefixToColon: String { String(prefix { $0 != ":" }) }
}

extension RuleTrialRun.Report {
    static let example = """
        {"cases":840,"differences":[{"count":1,"what":"handling"},{"count":1,"what":"resolve"}],"elsewhere":1,
         "isComplete":true,"proposed":2,"rows":[{
          "after":{"accept":"15 minutes","answer":"1 hour","category":"utility.water.burst","climb":"1 hour",
           "departments":["water"],"handling":"hard","owner":"community","resolve":"2 hours",
           "rule":"rule 10 of version 2: at night a burst pipe cannot wait"},
          "before":{"accept":"15 minutes","answer":"1 hour","category":"utility.water.burst","climb":"1 hour",
           "departments":["water"],"handling":"big","owner":"community","resolve":"24 hours",
           "rule":"rule 21 of version 1: as the category says"},
          "case":"01a20d14-c250-8161-a86c-f842d86e1de1","community":"371082007025","differences":["handling","resolve"],
          "number":27,"openedAt":"2026-11-23T15:30:00.000Z"}],
         "since":"2026-11-17T01:00:00.000Z",
         "sums":[{"after":"utility.water.burst: hard, resolve within 2 hours",
          "before":"utility.water.burst: big, resolve within 24 hours","count":1,"rule":"rule 10 of version 2"}]}
        """
}
