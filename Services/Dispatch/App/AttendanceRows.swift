import Contracts
import Postgres
import ServiceKit

/// Each department's part in each whistle as a row, for attendance per department and month.
enum AttendanceRows {
    static func store(_ whistles: [(state: CaseState, whistle: WhistleState)], _ effects: inout Effects) {
        let rows = whistles.flatMap { state, whistle in whistle.parts.map { (state: state, whistle: whistle, part: $0) }
        }
        .sorted { ($0.whistle.id, $0.part.department) < ($1.whistle.id, $1.part.department) }
        if rows.isEmpty { return }
        let parts = rows.map(\.part)
        var parameters = Parameters(
            rows.map(\.whistle.id.uuid), parts.map(\.department.text), rows.map(\.state.id.uuid),
            rows.map(\.state.community.text), rows.map(\.whistle.kind.rawValue))
        parameters.append(rows.map { $0.whistle.lead == $0.part.department })
        parameters.append(parts.map { Timestamp($0.calledAt) })
        parameters.append(parts.map { Timestamp($0.arriveBy) })
        parameters.append(parts.map(\.attendance.rawValue))
        parameters.append(parts.map(\.inTime))
        parameters.append(parts.map { $0.rung != .community })
        for time in [\WhistleState.Part.signedAt, \.contactedAt, \.arrivedAt, \.doneAt] {
            parameters.append(parts.map { part in part[keyPath: time].map { Timestamp($0) } })
        }
        parameters.append(rows.map { row in row.whistle.endedAt.map { Timestamp($0) } })
        for mark in [\WhistleJudgement.onTime, \.rightPeople, \.solved, \.satisfied] {
            parameters.append(parts.map { part in part.judgement.map { $0[keyPath: mark] } })
        }
        for view in [\WhistleAssessment.needed, \.ours] {
            parameters.append(parts.map { part in part.assessment.map { $0[keyPath: view] } })
        }
        effects.run(upsert, parameters)
    }

    /// The case's own row is locked by then, so that nobody else writes these.
    private static let upsert = Statement(
        "attendance_store",
        """
        insert into attendance (
            whistle, department, matter_id, community, kind, is_lead, called_at, arrive_by, attendance, in_time,
            was_missed, signed_at, contacted_at, arrived_at, done_at, ended_at, on_time, right_people, solved,
            satisfied, needed, ours)
        select * from unnest(
            $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[],
            $8::timestamptz[], $9::text[], $10::bool[], $11::bool[], $12::timestamptz[], $13::timestamptz[],
            $14::timestamptz[], $15::timestamptz[], $16::timestamptz[], $17::bool[], $18::bool[], $19::bool[],
            $20::bool[], $21::bool[], $22::bool[])
        on conflict (whistle, department) do update set
            is_lead = excluded.is_lead, called_at = excluded.called_at, arrive_by = excluded.arrive_by,
            attendance = excluded.attendance, in_time = excluded.in_time, was_missed = excluded.was_missed,
            signed_at = excluded.signed_at, contacted_at = excluded.contacted_at, arrived_at = excluded.arrived_at,
            done_at = excluded.done_at, ended_at = excluded.ended_at, on_time = excluded.on_time,
            right_people = excluded.right_people, solved = excluded.solved, satisfied = excluded.satisfied,
            needed = excluded.needed, ours = excluded.ours
        """)
}
