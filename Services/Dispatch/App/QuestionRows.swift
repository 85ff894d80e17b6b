import Contracts
import Postgres
import ServiceKit

/// The steps of supervision as rows: what each level was told or asked, and what was answered.
struct QuestionRows {
    private struct Asked {
        let matter: EventID
        let step: Int
        let rung: Rung
        let unit: UnitCode
        let reason: String
        let department: DepartmentCode?
        let at: Instant
        let by: PersonID?
        let ask: String?
    }

    private struct Answered {
        let matter: EventID
        let step: Int
        let at: Instant
        let by: PersonID?
        let answer: String
    }

    private var asked: [Asked] = []
    private var answered: [Answered] = []
    /// Cases whose steps wait no longer, with how that came; answers are among them.
    private var ended: [(matter: EventID, step: Int, at: Instant)] = []

    mutating func add(_ change: CaseChange, on before: CaseState, at time: Instant, by actor: PersonID?) {
        switch change {
        case .climbed(let event):
            asked.append(
                Asked(
                    matter: event.case, step: event.sequence, rung: event.to, unit: event.supervisor,
                    reason: event.reason.rawValue, department: event.department, at: time, by: nil, ask: nil))
        case .supervised(let event):
            asked.append(
                Asked(
                    matter: event.case, step: event.sequence, rung: event.rung, unit: event.supervisor,
                    reason: "ordered", department: nil, at: time, by: actor, ask: event.ask))
        case .answered(let event):
            answered.append(
                Answered(matter: event.case, step: event.step, at: time, by: actor, answer: event.answer))
        default: break
        }
        var after = before.questions.map(\.step)
        switch change {
        case .closed, .joinedTo: break
        case .resolved, .whistleEnded: after = before.questions.filter { $0.department == nil }.map(\.step)
        case .checkedIn(let event):
            after = before.questions.filter { $0.department != event.department || $0.isOrder }.map(\.step)
        default: return
        }
        switch change {
        case .closed, .joinedTo: after = []
        default: break
        }
        for question in before.questions where !after.contains(question.step) {
            ended.append((before.id, question.step, time))
        }
    }

    func write(_ effects: inout Effects) {
        let asked = asked.sorted { ($0.matter, $0.step) < ($1.matter, $1.step) }
        if !asked.isEmpty {
            effects.run(
                Self.insert,
                Parameters(
                    asked.map(\.matter.uuid), asked.map { Int64($0.step) }, asked.map(\.rung.rawValue),
                    asked.map(\.unit.text), asked.map(\.reason), asked.map(\.department?.text),
                    asked.map { Timestamp($0.at) }, asked.map(\.by?.text), asked.map(\.ask)))
        }
        let answered = answered.sorted { ($0.matter, $0.step) < ($1.matter, $1.step) }
        if !answered.isEmpty {
            effects.run(
                Self.answer,
                Parameters(
                    answered.map(\.matter.uuid), answered.map { Int64($0.step) }, answered.map { Timestamp($0.at) },
                    answered.map(\.by?.text), answered.map(\.answer), Int64(answered.count)))
        }
        let ended = ended.sorted { ($0.matter, $0.step) < ($1.matter, $1.step) }
        if !ended.isEmpty {
            effects.run(
                Self.end,
                Parameters(
                    ended.map(\.matter.uuid), ended.map { Int64($0.step) }, ended.map { Timestamp($0.at) }))
        }
    }

    private static let insert = Statement(
        "supervision_insert",
        """
        insert into supervision (matter_id, step, rung, unit, reason, department, asked_at, asked_by, ask)
        select * from unnest(
            $1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
            $9::text[])
        """)

    private static let answer = Statement(
        "supervision_answer",
        """
        with moved as (
            update supervision set answered_at = new.at, answered_by = new.by, answer = new.answer, ended_at = new.at
            from unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::text[], $5::text[])
                as new (matter_id, step, at, by, answer)
            where supervision.matter_id = new.matter_id and supervision.step = new.step
            returning 1
        )
        select expect_rows('supervision', (select count(*) from moved), $6)
        """)

    /// What nobody has to answer any more, since the matter is over or the department came.
    private static let end = Statement(
        "supervision_end",
        """
        update supervision set ended_at = new.at
        from unnest($1::uuid[], $2::int8[], $3::timestamptz[]) as new (matter_id, step, at)
        where supervision.matter_id = new.matter_id and supervision.step = new.step and ended_at is null
        """)
}
