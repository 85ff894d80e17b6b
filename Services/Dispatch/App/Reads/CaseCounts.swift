import Contracts
import HTTPServer
import Postgres
import ServiceKit
import Threads

/// How many cases there are by unit, state and category, with the time that the figures are of.
///
/// Counting a city's open cases takes longer than a list may, so they are counted at most every few seconds and process,
/// however many look; while one count goes on, the others wait for it.
final class CaseCounts: Sendable {
    private let context: ServiceContext<DispatchHandler>
    private let state = Lock(Known())

    private struct Known {
        var snapshot: Snapshot?
        var counting: Task<Snapshot, any Error>?
    }

    /// What is counted, at the units that own the cases.
    struct Snapshot: Sendable {
        struct Row: Sendable {
            let unit: UnitCode
            let status: String
            let category: String
            let count: Int64
            let overdue: Int64
        }

        let rows: [Row]
        /// City time; what was closed is counted from this day's beginning.
        let at: Instant
        let taken: ContinuousClock.Instant
    }

    static let goodFor = Duration.seconds(5)

    init(context: ServiceContext<DispatchHandler>) { self.context = context }

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/counts", "How many cases by unit, state and category, with the time that the figures are of",
                about: "Closed cases are those of the day. The figures are counted at most every five seconds.",
                for: .people("Whoever is posted to the unit or above it."),
                [ListParameters.unit, Self.level, Self.depth],
                example: #"""
                    {"at":"2026-11-24T01:00:00.000Z","closedSince":"2026-11-23T16:00:00.000Z","rows":[
                     {"category":"utility","count":3,"overdue":1,"status":"assigned","unit":"371082007025"}]}
                    """#
            ) { try await self.counts($0, $1) }
        ]
    }

    private static let level = Parameter<Rung?>.choice("level", "at which level units are shown; one below the unit's")
    private static let depth = Parameter<Int?>.integer("depth", "of categories; 1 unless given", in: 1...3)

    struct Counts: Codable {
        struct CountRow: Codable {
            let unit: UnitCode
            let status: String
            let category: String
            let count: Int64
            let overdue: Int64
        }

        let at: Instant
        /// Of `closed`: since when.
        let closedSince: Instant
        let rows: [CountRow]
    }

    private func counts(_ request: RequestContext, _ identity: Identity) async throws -> Counts {
        let unit = try context.unit(
            asked: try ListParameters.unit(request), within: try await context.reach(of: identity))
        let level = try Self.level(request)?.level ?? Self.below(unit.level)
        let depth = try Self.depth(request) ?? 1
        let snapshot = try await snapshot()
        return Counts(
            at: snapshot.at, closedSince: snapshot.at.cityMidnight,
            rows: Self.sums(of: snapshot, within: unit, at: level, depth: depth).map {
                Counts.CountRow(
                    unit: $0.unit, status: $0.status, category: $0.category, count: $0.count, overdue: $0.overdue)
            })
    }

    /// A town is shown by its communities.
    private static func below(_ level: UnitCode.Level) -> UnitCode.Level {
        UnitCode.Level.allCases.first { $0 > level && $0 <= .grid } ?? .grid
    }

    /// - Parameters:
    ///   - level: units below it are added to theirs; what a higher unit owns stays that unit's.
    ///   - depth: of categories, 1 for the first part of their codes.
    static func sums(
        of snapshot: Snapshot, within unit: UnitCode, at level: UnitCode.Level, depth: Int
    ) -> [Snapshot.Row] {
        struct Key: Hashable, Comparable {
            let unit: UnitCode
            let status: String
            let category: String

            static func < (left: Key, right: Key) -> Bool {
                (left.unit, left.status, left.category) < (right.unit, right.status, right.category)
            }
        }
        var sums: [Key: (count: Int64, overdue: Int64)] = [:]
        for row in snapshot.rows where unit.contains(row.unit) {
            let category = row.category.split(separator: ".").prefix(depth).joined(separator: ".")
            let key = Key(unit: row.unit.ancestor(at: level) ?? row.unit, status: row.status, category: category)
            sums[key, default: (0, 0)].count += row.count
            sums[key, default: (0, 0)].overdue += row.overdue
        }
        return sums.sorted { $0.key < $1.key }.map { key, sum in
            .init(unit: key.unit, status: key.status, category: key.category, count: sum.count, overdue: sum.overdue)
        }
    }

    private func snapshot() async throws -> Snapshot {
        let task = state.withLock { state -> Task<Snapshot, any Error> in
            if let counting = state.counting { return counting }
            let now = ContinuousClock.now
            if let snapshot = state.snapshot, now - snapshot.taken < Self.goodFor, snapshot.at <= context.clock.now() {
                return Task { snapshot }
            }
            let counting = Task { [context] in
                let result: Result<Snapshot, any Error>
                do { result = .success(try await Self.count(context)) } catch { result = .failure(error) }
                self.state.withLock { state in
                    state.counting = nil
                    if case .success(let snapshot) = result { state.snapshot = snapshot }
                }
                return try result.get()
            }
            state.counting = counting
            return counting
        }
        return try await task.value
    }

    private static func count(_ context: ServiceContext<DispatchHandler>) async throws -> Snapshot {
        let (at, taken) = (context.clock.now(), ContinuousClock.now)
        let rows = try await context.read { session in
            try session.query(all, Parameters(Timestamp(at), Timestamp(at.cityMidnight)))
                .rows(as: String.self, String.self, String.self, Int64.self, Int64.self)
        }
        return Snapshot(
            rows: rows.compactMap { row in
                UnitCode(row.0).map { .init(unit: $0, status: row.1, category: row.2, count: row.3, overdue: row.4) }
            }, at: at, taken: taken)
    }

    /// Plan: the open cases once, by a scan of one of their partial indexes; those closed today by history_closed.
    static let all = Statement(
        "case_counts",
        """
        select owner_unit, status, category, count(*), count(*) filter (where resolve_by < $1)
        from matter where status <> 'closed' group by 1, 2, 3
        union all
        select owner_unit, status, category, count(*), 0
        from history join matter on matter.id = matter_id
        where type = 'muster.case.closed.v1' and occurred_at >= $2 and occurred_at <= $1 group by 1, 2, 3
        """)
}

extension Instant {
    /// The beginning of the city's day.
    var cityMidnight: Instant {
        let offset: Int64 = 8 * 3_600_000
        let local = milliseconds + offset
        return Instant(milliseconds: local - local % 86_400_000 - offset)
    }
}
