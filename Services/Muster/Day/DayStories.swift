import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What makes a day worth reading: how it went by the hour, how long things took, and five cases told step by step.
struct DayStories: Sendable {
    struct Hour: Sendable {
        let series: String
        let hour: Int
        let count: Int
    }

    struct Step: Sendable {
        let at: String
        let words: String
        /// Who did it, in words.
        let by: String
    }

    struct Story: Sendable {
        let title: String
        let steps: [Step]
    }

    /// How long one way of handling took, in minutes of the city's time.
    struct Settling: Sendable {
        let handling: String
        let cases: Int
        let settled: Int
        let inTime: Int
        let median: Int
        let slow: Int
    }

    let hours: [Hour]
    let settling: [Settling]
    let carriedOver: Int
    let stories: [Story]

    static func read(_ database: PostgresConnection, _ day: CityDay) async throws -> DayStories {
        let parameters = Parameters(Timestamp(day.midnight), Timestamp(day.at(24)))
        return try await database.run { session in
            let hours = try session.query(hourly, parameters).rows(as: String.self, Int32.self, Int64.self)
                .map { Hour(series: $0.0, hour: Int($0.1), count: Int($0.2)) }
            let settling = try session.query(settled).rows(
                as: String.self, Int64.self, Int64.self, Int64.self, Int64.self, Int64.self
            ).map {
                Settling(
                    handling: $0.0, cases: Int($0.1), settled: Int($0.2), inTime: Int($0.3), median: Int($0.4),
                    slow: Int($0.5))
            }
            let carried = try session.query(carriedOver, Parameters(Timestamp(day.at(7))))
                .value(Int64.self, row: 0, column: 0)
            let candidates = try session.query(candidates).rows(as: String.self, UUID.self, String.self)
            let stories = try choose(candidates).map { what, id, title in
                let rows = try session.query(steps, Parameters(id)).rows(as: String.self, String.self, String.self)
                return Story(
                    title: "\(what): \(title)", steps: rows.map { Step(at: $0.0, words: $0.1, by: $0.2) })
            }
            return DayStories(hours: hours, settling: settling, carriedOver: Int(carried), stories: stories)
        }
    }

    /// One case for each kind of story, no case twice.
    private static func choose(_ candidates: [(String, UUID, String)]) -> [(String, UUID, String)] {
        var told: Set<String> = []
        var used: Set<UUID> = []
        return candidates.filter { what, id, _ in
            guard !told.contains(what), used.insert(id).inserted else { return false }
            return told.insert(what).inserted
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

    private static let settled = Statement(
        "day_settled",
        """
        with resolved as (
            select matter_id, min(occurred_at) as at from dispatch.history
            where type = 'muster.case.resolved.v1' group by matter_id
        ), taken as (
            select handling, resolved.at is not null as is_settled, resolved.at <= resolve_by as in_time,
                extract(epoch from resolved.at - opened_at) / 60 as minutes
            from dispatch.matter left join resolved on resolved.matter_id = matter.id
        )
        select handling, count(*), count(*) filter (where is_settled), count(*) filter (where in_time),
            coalesce(percentile_cont(0.5) within group (order by minutes), 0)::int8,
            coalesce(percentile_cont(0.9) within group (order by minutes), 0)::int8
        from taken group by handling order by array_position(array['small', 'big', 'hard'], handling)
        """)

    /// Opened before the day, and neither settled nor withdrawn by then.
    private static let carriedOver = Statement(
        "day_carried_over",
        """
        select count(*) from dispatch.matter where opened_at < $1 and not exists (
            select from dispatch.history where matter_id = matter.id and occurred_at < $1
                and type in ('muster.case.resolved.v1', 'muster.case.closed.v1'))
        """)

    /// Of each kind of story the three cases to which most happened.
    private static let candidates = Statement(
        "day_story_candidates",
        """
        with told as (
            select matter_id, count(*) as steps,
                bool_or(type = 'muster.whistle.missed.v1') as missed,
                bool_or(type = 'muster.whistle.ended.v1') as whistled,
                bool_or(type = 'muster.case.climbed.v1' and data ->> 'to' = 'city') as climbed,
                bool_or(type = 'muster.case.handed-over.v1') as handed,
                bool_or(type = 'muster.case.closed.v1') as closed
            from dispatch.history group by matter_id
        ), kinds as (
            select 1 as place, 'A department that did not come' as what, * from told where missed
            union all select 2, 'A whistle that was answered', * from told where whistled and not missed
            union all select 3, 'All the way up to the city', * from told where climbed
            union all select 4, 'Handed on', * from told where handed
            union all select 5, 'Settled on the spot', * from told where closed and not climbed and not whistled and steps <= 5
        ), ranked as (
            select *, row_number() over (partition by what order by steps desc, matter_id) as rank from kinds
        )
        select what, id, category || ', ' || unit || ', ' || handling || ', now ' || status
        from ranked join dispatch.matter on id = matter_id where rank <= 5 order by place, rank
        """)

    /// `muster.whistle.checked-in.v1` as "whistle checked in", with whom or whereto. What somebody did and was heard of after
    /// later things had happened says when; what opened a case and names nobody came from the hotline.
    private static let steps = Statement(
        "day_steps",
        """
        select to_char(occurred_at at time zone interval '8 hours', 'MM-DD HH24:MI'),
            replace(replace(regexp_replace(type, '^muster[.](case[.])?|[.]v1$', '', 'g'), '.', ' '), '-', ' ')
                || case when jsonb_typeof(data -> 'to') = 'string' then ' to ' || (data ->> 'to') else '' end
                || coalesce(' ' || (data ->> 'slip') || ' of the deadline to ' || (data ->> 'deadline'), '')
                || coalesce(', ' || (data ->> 'department'), '')
                || case data ->> 'inTime' when 'false' then ', late' when 'true' then ', in time' else '' end,
            coalesce(actor, case when sequence = 1 then 'the hotline' else 'the clock' end)
                || case when actor is not null and occurred_at < max(occurred_at) over before
                    then to_char(recorded_at at time zone interval '8 hours', '", heard of at "HH24:MI') else '' end
        from dispatch.history where matter_id = $1
        window before as (order by sequence rows between unbounded preceding and 1 preceding)
        order by sequence
        """)
}
