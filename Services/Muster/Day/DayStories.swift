import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What makes a day's page worth reading: how it went by the hour, and five cases told step by step.
struct DayStories: Sendable {
    struct Hour: Sendable {
        let series: String
        let hour: Int
        let count: Int
    }

    struct Step: Sendable {
        let at: String
        let type: String
        let actor: String?
    }

    struct Story: Sendable {
        let title: String
        let steps: [Step]
    }

    let hours: [Hour]
    let stories: [Story]

    static func read(_ database: PostgresConnection, _ day: CityDay) async throws -> DayStories {
        let parameters = Parameters(Timestamp(day.midnight), Timestamp(day.at(24)))
        return try await database.run { session in
            let hours = try session.query(hourly, parameters).rows(as: String.self, Int32.self, Int64.self)
                .map { Hour(series: $0.0, hour: Int($0.1), count: Int($0.2)) }
            let told = try session.query(longest).rows(as: UUID.self, String.self)
            let stories = try told.map { id, title in
                let rows = try session.query(steps, Parameters(id)).rows(as: String.self, String.self, String?.self)
                return Story(title: title, steps: rows.map { Step(at: $0.0, type: $0.1, actor: $0.2) })
            }
            return DayStories(hours: hours, stories: stories)
        }
    }

    /// Hours as the city counts them.
    private static let hourly = Statement(
        "day_hourly",
        """
        select series, extract(hour from at at time zone interval '8 hours')::int4, count(*)
        from (
            select 'visits' as series, visited_at as at from intake.visit
            union all select 'findings', found_at from intake.finding
            union all select 'complaints', occurred_at from dispatch.matter_input where origin = 'complaint'
            union all select 'cases settled', occurred_at from dispatch.history where type = 'muster.case.resolved.v1'
            union all select 'whistles and check-ins', occurred_at from dispatch.history
                where type in ('muster.whistle.blown.v1', 'muster.whistle.checked-in.v1')
            union all select 'notices', occurred_at from notify.notice
        ) as happened
        where at >= $1 and at < $2
        group by 1, 2 order by 1, 2
        """)

    /// The cases to which most happened.
    private static let longest = Statement(
        "day_longest",
        """
        select id, category || ' in ' || unit || ', ' || handling || ', ' || status from dispatch.matter
        order by version desc, id limit 5
        """)

    private static let steps = Statement(
        "day_steps",
        """
        select to_char(occurred_at at time zone interval '8 hours', 'MM-DD HH24:MI'), type, actor
        from dispatch.history where matter_id = $1 order by sequence
        """)
}
