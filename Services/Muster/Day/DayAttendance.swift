import Contracts
import Postgres
import ServiceKit

/// Who came when whistles were blown.
struct DayAttendance: Sendable {
    let department: String
    let summoned: Int
    let inTime: Int
    let late: Int
    let missed: Int
    let declined: Int

    /// Those that were summoned most often first.
    static func read(_ database: PostgresConnection) async throws -> [DayAttendance] {
        try await database.run { session in
            try session.query(attendance).rows(
                as: String.self, Int64.self, Int64.self, Int64.self, Int64.self, Int64.self
            ).map {
                DayAttendance(
                    department: $0.0, summoned: Int($0.1), inTime: Int($0.2), late: Int($0.3), missed: Int($0.4),
                    declined: Int($0.5))
            }
        }
    }

    private static let attendance = Statement(
        "day_attendance",
        """
        with happened as (
            select summons ->> 'department' as department, 'summoned' as what
            from dispatch.history, jsonb_array_elements(data -> 'summons') as summons
            where type = 'muster.whistle.blown.v1'
            union all select data ->> 'department',
                case type when 'muster.whistle.missed.v1' then 'missed' when 'muster.whistle.declined.v1' then 'declined'
                    else case when (data ->> 'inTime')::bool then 'in time' else 'late' end end
            from dispatch.history
            where type in ('muster.whistle.checked-in.v1', 'muster.whistle.missed.v1', 'muster.whistle.declined.v1')
        )
        select department, count(*) filter (where what = 'summoned') as summoned,
            count(*) filter (where what = 'in time'), count(*) filter (where what = 'late'),
            count(*) filter (where what = 'missed'), count(*) filter (where what = 'declined')
        from happened group by department order by summoned desc, department
        """)
}
