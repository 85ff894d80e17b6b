import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What a day came to, for programs (`.dev/day.json`); `DaySummary` and `DayPage` tell people.
struct DayReport: Sendable, Encodable {
    let ok: Bool
    let seed: UInt64
    let scale: Double
    let replicas: Int
    let digest: String
    let seconds: Double
    let steps: Int
    let reconciliation: [Reconciliation.Line]
    let counts: [String: Int]
    let services: [ServiceFigures]
    /// The rules that were tried out, in words.
    let trial: [String]
    /// What a whole day has to bring about and this one did not.
    let missing: [String]
    /// Services that hold more memory than one of them may.
    let heavy: [String]

    /// What is wrong with the day, in words; none where it is as it has to be.
    var complaints: [String] {
        var complaints: [String] = []
        if reconciliation.contains(where: { $0.difference != 0 }) { complaints.append("the reconciliation is off") }
        if !missing.isEmpty {
            complaints.append("what a whole day has never happened: \(missing.joined(separator: ", "))")
        }
        if !heavy.isEmpty {
            complaints.append(
                "more memory than \(ServiceFigures.allowedMB) MB is held by \(heavy.joined(separator: ", "))")
        }
        return complaints
    }

    init(
        _ stack: Stack, _ database: PostgresConnection, _ trial: RuleTrialTable, seed: UInt64, scale: Double,
        seconds: Double,
        reconciliation: [Reconciliation.Line], digest: String, steps: Int, repeats: [String: Int],
        services: [ServiceFigures]
    ) async throws {
        self.seed = seed
        self.scale = scale
        self.seconds = seconds
        self.steps = steps
        self.digest = digest
        self.reconciliation = reconciliation
        self.services = services
        replicas = max(1, (stack.processes?.count ?? 0) / max(1, stack.services.count))
        var counts = try await DayCounts.read(database)
        counts["rules_tried_cases"] = trial.cases
        counts["rules_tried_elsewhere"] = trial.elsewhere
        self.trial = trial.sums.prefix(3).map { "\($0.count) × \($0.before) → \($0.after)" }
        for (channel, number) in repeats { counts["receiver_repeats_\(channel)"] = number }
        counts["known"] = reconciliation.reduce(0) { $0 + $1.known }
        counts["refused"] = reconciliation.reduce(0) { $0 + $1.refused }
        self.counts = counts
        // A part of the city may be spared a no-show; the whole of it is not.
        missing = scale < 1 ? [] : DayCounts.expected.filter { (counts[$0] ?? 0) == 0 }
        heavy = services.filter { $0.rssMB > ServiceFigures.allowedMB }.map(\.name)
        ok = missing.isEmpty && heavy.isEmpty && reconciliation.allSatisfy { $0.difference == 0 }
    }

    func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(try EventJSON.encode(self)).write(to: URL(filePath: "\(folder)/day.json"))
    }
}

/// The day's figures, from the services' own stores.
enum DayCounts {
    /// What a day of the whole city brings about: all that it is there to show.
    static let expected = [
        "known", "refused", "whistles", "check_ins_in_time", "check_ins_late", "no_shows", "escalations",
        "escalations_to_community", "escalations_to_town", "escalations_to_city", "cases_small", "cases_big",
        "cases_hard", "pauses", "extensions", "reopened", "joined", "slips_yellow", "slips_red", "supervision_answers",
        "whistles_judged", "rules_tried_elsewhere",
    ]

    static func read(_ database: PostgresConnection) async throws -> [String: Int] {
        try await database.run { session in
            let rows = try session.query(counts).rows(as: String.self, Int64.self)
            return Dictionary(rows.map { ($0.0, Int($0.1)) }) { first, _ in first }
        }
    }

    private static let counts = Statement(
        "day_counts",
        """
        select 'visits', count(*) from intake.visit
        union all select 'findings', count(*) from intake.finding
        union all select 'complaints', count(*) from dispatch.matter_input where origin = 'complaint'
        union all select 'cases', count(*) from dispatch.matter
        union all select 'cases_' || handling, count(*) from dispatch.matter group by handling
        union all select 'cases_' || status, count(*) from dispatch.matter group by status
        union all select 'whistles', count(*) from dispatch.history where type = 'muster.whistle.blown.v1'
        union all select 'check_ins_in_time', count(*) from dispatch.history
            where type = 'muster.whistle.checked-in.v1' and (data ->> 'inTime')::bool
        union all select 'check_ins_late', count(*) from dispatch.history
            where type = 'muster.whistle.checked-in.v1' and not (data ->> 'inTime')::bool
        union all select 'no_shows', count(*) from dispatch.history where type = 'muster.whistle.missed.v1'
        union all select 'pauses', count(*) from dispatch.history where type = 'muster.case.paused.v1'
        union all select 'extensions', count(*) from dispatch.history
            where type = 'muster.case.extension-decided.v1' and (data ->> 'granted')::bool
        union all select 'reopened', count(*) from dispatch.history where type = 'muster.case.reopened.v1'
        union all select 'joined', count(*) from dispatch.history where type = 'muster.case.joined-to.v1'
        union all select 'slips_' || (data ->> 'slip'), count(*) from dispatch.history
            where type = 'muster.case.warned.v1' group by data ->> 'slip'
        union all select 'supervision_answers', count(*) from dispatch.history where type = 'muster.case.answered.v1'
        union all select 'whistles_judged', count(*) from dispatch.history where type = 'muster.whistle.judged.v1'
        union all select 'entries', count(*) from credit.entry
        union all select 'entries_' || rule, count(*) from credit.entry group by rule
        union all select 'notices', count(*) from notify.notice
        union all select 'notices_' || channel || '_' || state, count(*) from notify.notice group by channel, state
        union all select 'escalations', count(*) from dispatch.history where type = 'muster.case.climbed.v1'
        union all select 'escalations_to_' || (data ->> 'to'), count(*) from dispatch.history
            where type = 'muster.case.climbed.v1' group by data ->> 'to'
        """)
}
