import Arguments
import Contracts
import Glibc
import Postgres
import ServiceKit

/// The live view of a day: one line that is drawn again on a terminal, a plain line now and then elsewhere.
final class DayProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastLine = ContinuousClock.now - .seconds(60)
    private var before = Figures()
    private(set) var samples: [Sample] = []

    /// What was seen at one moment.
    struct Sample: Sendable {
        let at: Instant
        let lag: [ServiceName: Int]
    }

    func say(_ text: String) {
        if isTerminal { CommandLineTool.Output.process.error("\r\u{1b}[K") }
        report(text)
    }

    /// Shows where the city is, now and then: what came in, what is open, and each service's rate and lag.
    func look(_ now: Instant, sent: Int, _ database: PostgresConnection, _ quiet: Quiet) async {
        let pause: Duration = isTerminal ? .milliseconds(500) : .seconds(2)
        let since = ContinuousClock.now - lastLine
        guard since > pause, let figures = try? await Figures.read(database), let lag = try? await quiet.lag() else {
            return
        }
        lastLine = .now
        samples.append(Sample(at: now, lag: lag))
        // The city's clocks run eight hours ahead.
        let city = (now + .seconds(8 * 3_600)).description.prefix(16).replacing("T", with: " ")
        let services = figures.taken.sorted { $0.key < $1.key }.map { name, taken in
            let rate = Double(taken - (before.taken[name] ?? 0)) * 1_000 / Double(max(1, since.wholeMilliseconds))
            let waiting = ServiceName(rawValue: name).flatMap { lag[$0] } ?? 0
            return "\(name) \(Int(rate))/s" + (waiting > 0 ? " lag \(waiting)" : "")
        }
        before = figures
        let line =
            "  \(city)  \(sent) in, \(figures.open) open, \(figures.whistles) whistles, \(figures.notices) notices"
            + " | " + services.joined(separator: ", ")
        CommandLineTool.Output.process.error(isTerminal ? "\r\u{1b}[K\(line)" : line + "\n")
    }
}

/// What the live view shows, from the services' own counters.
private struct Figures {
    var open = 0
    var whistles = 0
    var notices = 0
    var taken: [String: Int] = [:]

    static func read(_ database: PostgresConnection) async throws -> Figures {
        try await database.run { session in
            let totals = try session.query(totals).row(0, as: Int64.self, Int64.self, Int64.self)
            let rows = try session.query(taken).rows(as: String.self, Int64.self)
            return Figures(
                open: Int(totals.0), whistles: Int(totals.1), notices: Int(totals.2),
                taken: Dictionary(rows.map { ($0.0, Int($0.1)) }) { first, _ in first })
        }
    }

    private static let totals = Statement(
        "day_totals",
        """
        select (select count(*) from dispatch.matter where status in ('assigned', 'accepted')),
            (select count(*) from dispatch.history where type = 'muster.whistle.blown.v1'),
            (select count(*) from notify.notice)
        """)

    private static let taken = Statement(
        "day_taken",
        ServiceName.allCases.map { service in
            "select '\(service.rawValue)', coalesce(sum(taken), 0)::int8 from \(service.rawValue).stage_count"
        }.joined(separator: " union all "))
}
