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
        /// Of those, the first ones.
        var rows: [Row] = []
        /// The same as sums, the most frequent first.
        var sums: [Sum] = []
    }

    struct Row: Codable, Sendable, Equatable {
        let `case`: EventID
        let community: UnitCode
        let number: Int
        let openedAt: Instant
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
                sums[[Self.name(before), Self.name(after), after.rule.prefixToColon], default: 0] += 1
                if report.rows.count < rowsAtMost {
                    report.rows.append(
                        Row(
                            case: id, community: past.matter.unit.ancestor(at: .community) ?? past.matter.unit,
                            number: number, openedAt: past.time, before: before, after: after))
                }
            }
            if pasts.count < Self.page { break }
            report.isComplete = report.cases < Self.casesAtMost
        }
        report.sums = sums.map { Sum(before: $0.key[0], after: $0.key[1], rule: $0.key[2], count: $0.value) }.sorted {
            ($1.count, $0.before, $0.after, $0.rule) < ($0.count, $1.before, $1.after, $1.rule)
        }
        return report
    }

    /// `utility.gas.leak: hard at community, 2 hours`
    static func name(_ way: RuleTrial.Way) -> String {
        "\(way.category): \(way.handling.rawValue) at \(way.owner.rawValue), \(way.resolve)"
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
                row.8.contains("; category by the words ")
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

    /// Plan: the index matter_opened in its order, then history and postings by their keys.
    static let opened = Statement(
        "rule_trial_cases",
        """
        select matter.id, number, matter.unit, state ->> 'origin', category, severity, text, opened_at,
            coalesce(state ->> 'rule', ''),
            array(
                select role from history join directory_posting on person = actor
                where matter_id = matter.id and sequence = 1 and valid_from <= opened_at
                    and (valid_to is null or valid_to > opened_at))
        from matter
        where matter.unit ~>=~ $1 and matter.unit ~<~ $2 and (opened_at, id) > ($3, $4)
        order by opened_at, id limit $5
        """)
}

extension String {
    /// `rule 12 of version 3` of its explanation.
    var prefixToColon: String { String(prefix { $0 != ":" }) }
}

extension RuleTrialRun.Report {
    static let example = """
        {"cases":840,"elsewhere":1,"isComplete":true,"proposed":2,"rows":[{
          "after":{"category":"utility.water.burst","departments":["water"],"handling":"hard","owner":"community",
           "resolve":"2 hours","rule":"rule 10 of version 2: at night a burst pipe cannot wait"},
          "before":{"category":"utility.water.burst","departments":["water"],"handling":"big","owner":"community",
           "resolve":"24 hours","rule":"rule 21 of version 1: as the category says"},
          "case":"01a20d14-c250-8161-a86c-f842d86e1de1","community":"371082007025","number":27,
          "openedAt":"2026-11-23T15:30:00.000Z"}],
         "since":"2026-11-17T01:00:00.000Z",
         "sums":[{"after":"utility.water.burst: hard at community, 2 hours",
          "before":"utility.water.burst: big at community, 24 hours","count":1,"rule":"rule 10 of version 2"}]}
        """
}
