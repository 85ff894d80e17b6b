import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What a day came to, for people and for programs (`.dev/day.json`).
struct DayReport: Sendable, Encodable {
    struct ServiceLine: Sendable, Encodable {
        let name: String
        let rssMB: Int
        let lag: Int
        let dead: Int

        private enum CodingKeys: String, CodingKey {
            case name
            case rssMB = "rss_mb"
            case lag, dead
        }
    }

    let ok: Bool
    let seed: UInt64
    let scale: Double
    let replicas: Int
    let digest: String
    let seconds: Double
    let steps: Int
    let reconciliation: [Reconciliation.Line]
    let counts: [String: Int]
    let services: [ServiceLine]

    var isOK: Bool { ok }

    init(
        _ stack: Stack, _ database: PostgresConnection, seed: UInt64, scale: Double, seconds: Double,
        reconciliation: [Reconciliation.Line], digest: String, steps: Int
    ) async throws {
        self.seed = seed
        self.scale = scale
        self.seconds = seconds
        self.steps = steps
        self.digest = digest
        self.reconciliation = reconciliation
        ok = reconciliation.allSatisfy { $0.difference == 0 }
        replicas = max(1, (stack.processes?.count ?? 0) / max(1, stack.services.count))
        counts = try await DayCounts(database).read()
        services = (stack.processes ?? []).map { process in
            ServiceLine(
                name: "\(process.service)-\(process.replica)", rssMB: ProcessMemory.megabytes(process), lag: 0, dead: 0)
        }
    }

    func write(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(try EventJSON.encode(self)).write(to: URL(filePath: "\(folder)/day.json"))
    }

    /// For people, in the terminal.
    var summary: String {
        var lines = ["", "The day in numbers"]
        lines += counts.sorted { $0.key < $1.key }.map { "  \(Self.padded($0.key, 28))\($0.value)" }
        lines += ["", "Reconciliation", Reconciliation.Line.heading] + reconciliation.map(\.text)
        lines += ["", "content digest \(digest)", "\(steps) steps in \(Int(seconds)) s"]
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

/// The day's figures, from the services' own stores.
private struct DayCounts {
    private let database: PostgresConnection

    init(_ database: PostgresConnection) { self.database = database }

    func read() async throws -> [String: Int] {
        try await database.run { session in
            let rows = try session.query(Self.counts).rows(as: String.self, Int64.self)
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
        union all select 'entries', count(*) from credit.entry
        union all select 'entries_' || rule, count(*) from credit.entry group by rule
        union all select 'notices', count(*) from notify.notice
        union all select 'notices_' || channel || '_' || state, count(*) from notify.notice group by channel, state
        union all select 'escalations', count(*) from dispatch.history where type = 'muster.case.climbed.v1'
        union all select 'escalations_to_' || (data ->> 'to'), count(*) from dispatch.history
            where type = 'muster.case.climbed.v1' group by data ->> 'to'
        """)
}

/// Resident memory of a process of the stack, as the kernel counts it.
private enum ProcessMemory {
    static func megabytes(_ process: Stack.Process) -> Int {
        guard
            let pid = try? String(contentsOfFile: process.process, encoding: .utf8).split(
                whereSeparator: \.isWhitespace
            ).first,
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { return 0 }
        return kilobytes / 1_024
    }
}
