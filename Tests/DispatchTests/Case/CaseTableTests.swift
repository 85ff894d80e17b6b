import Contracts
import Testing

@testable import muster_dispatch

/// Every action and clock in every standing of a case, as somebody thought it up; docs/dispatch-states.md is made from the
/// code, and so cannot find what is wrong in both.
@Suite struct `every cell of the table` {
    /// What an action does where it is possible, and in which standings it is; elsewhere it is refused for the state.
    @Test func `of actions on a case`() throws {
        let table = TextTable(
            """
            action           | where it is possible                         |
            accept           | accepted: A, Aw                              |
            start            | started: C, W?, Cw                           |
            refuse           | handed-over: A, Aw                           |
            hand-over        | handed-over: A, C, H, W?, Aw, Cw             |
            pause            | paused: C, H                                 |
            resume           | resumed: P                                   |
            ask-extension    | extension-asked: A, C, H, W?, Aw, Cw         |
            grant-extension  |                                              |
            refuse-extension |                                              |
            resolve          | resolved: A, C, H                            |
            verify           | verified: R, Rr                              |
            rate             | rated: R, V                                  |
            send-back        | sent-back: R, Rr                             |
            close            | closed: R, Rr, V                             |
            reopen           | reopened + climbed: R, Rr, V, X              |
            reclassify       | reclassified: A, C, H                        |
            correct          | corrected: A, C, H, W?, Aw, Cw               |
            withdraw         | closed: A, C, H, P                           |
            join             | joined-to: A, C, H, P                        |
            split            | split: J                                     |
            supervise        | supervised: A, C, H, P, W?, Aw, Cw, R, Rr, V |
            answer           |                                              |
            blow-whistle     | accepted + reclassified + whistle.blown: A   | reclassified + whistle.blown: C, H
            approve-whistle  | reclassified + whistle.blown: W?             |
            refuse-whistle   | whistle.refused: W?                          |
            change-whistle   | whistle.changed: Aw, Cw                      |
            sign             | whistle.progressed: Aw, Cw                   |
            contact          | whistle.progressed: Aw, Cw                   |
            check-in         | whistle.checked-in: Aw, Cw                   |
            contribute       |                                              |
            decline          | whistle.declined: Aw, Cw                     |
            decide-decline   |                                              |
            done             |                                              |
            withdraw-no-show |                                              |
            end-whistle      | whistle.ended: Aw, Cw                        |
            judge-whistle    |                                              |
            assess-whistle   |                                              |
            """)
        #expect(table.rows.map(\.name) == CaseActionKind.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            let kind = try #require(CaseActionKind(rawValue: name))
            var wanted: [Standing: String] = [:]
            for cell in cells where !cell.isEmpty {
                let parts = cell.split(separator: ":").map(\.trimmingSpaces)
                for standing in parts[1].split(separator: ",").map(\.trimmingSpaces) {
                    wanted[try #require(Standing(code: standing))] = parts[0]
                }
            }
            for standing in Standing.allCases {
                let outcome = try standing.play().outcome(kind, by: kind.usual)
                #expect(outcome.summary == wanted[standing] ?? "wrong-state", "\(name) when \(standing.rawValue)")
            }
        }
    }

    @Test func `of clocks on a case`() throws {
        let table = TextTable(
            """
            clock  | A                | C                | H                | P       | W?               | Aw                       | Cw                       | R | Rr | V | X | Xw | J
            yellow | warned           | warned           | warned           |         | warned           | warned                   | warned                   |   |    |   |   |    |
            red    | warned           | warned           | warned           |         | warned           | warned                   | warned                   |   |    |   |   |    |
            accept | warned + climbed |                  |                  |         |                  | warned + climbed         |                          |   |    |   |   |    |
            climb  | warned + climbed | warned + climbed | warned + climbed |         | warned + climbed | warned + climbed         | warned + climbed         |   |    |   |   |    |
            arrive |                  |                  |                  |         |                  | whistle.missed + climbed | whistle.missed + climbed |   |    |   |   |    |
            resume |                  |                  |                  | resumed |                  |                          |                          |   |    |   |   |    |
            """)
        #expect(table.rows.map(\.name) == CaseClock.Kind.allCases.map(\.rawValue))
        #expect(table.columns == Standing.allCases.map(\.code))
        for (name, cells) in table.rows {
            for (standing, wanted) in zip(Standing.allCases, cells) {
                let play = try standing.play()
                let clock = play.state.clocks.filter { $0.kind.rawValue == name }.min()
                let changes = clock.map { play.decision.decide($0, on: play.state) } ?? []
                #expect(CaseDecision.Outcome.success(changes).summary == wanted, "\(name) when \(standing.rawValue)")
            }
        }
    }

    /// How a department stands to a whistle after an action on it, or that it is refused.
    @Test func `of a department's part`() throws {
        let table = TextTable(
            """
            action           | summoned | arrived | missed  | late    | declined | excused | released | done
            sign             | summoned | -       | missed  | -       | -        | -       | -        | -
            contact          | summoned | -       | missed  | -       | -        | -       | -        | -
            check-in         | arrived  | -       | late    | -       | -        | -       | -        | -
            contribute       | -        | arrived | -       | late    | -        | -       | -        | done
            decline          | declined | -       | -       | -       | -        | -       | -        | -
            decide-decline   | -        | -       | -       | -       | excused  | -       | -        | -
            done             | -        | done    | -       | done    | -        | -       | -        | -
            withdraw-no-show | -        | -       | arrived | arrived | -        | -       | -        | -
            """)
        #expect(table.columns == WhistleState.Part.Attendance.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            for (attendance, wanted) in zip(WhistleState.Part.Attendance.allCases, cells) {
                var play = try attendance.play()
                #expect(play.state.whistle?.parts.first?.attendance == attendance)
                let kind = try #require(CaseActionKind(rawValue: name))
                let who = kind.usual == .townClerk ? City.Who.townClerk : .waterWorker
                let outcome = play.outcome(kind, by: who)
                if case .success = outcome { try play.act(kind, by: who) }
                let found = (try? outcome.get()) != nil ? play.state.whistle?.parts.first?.attendance.rawValue : "-"
                #expect(found == wanted, "\(name) when \(attendance.rawValue)")
            }
        }
    }

    /// Who may do what: the case is owned by its grid, and the water company was called to it.
    @Test func `of people`() throws {
        let table = TextTable(
            """
            action           | chief | neighbourChief | buildingChief | steward | secretary | neighbourSecretary | townClerk | cityClerk | waterWorker | waterHead | powerWorker | auditor | resident | formerChief
            accept           | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            start            | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            refuse           | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            hand-over        | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            pause            | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            resume           | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            ask-extension    | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            grant-extension  | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            refuse-extension | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            resolve          | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            verify           | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            rate             | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            send-back        | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            close            | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            reopen           | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            reclassify       | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            correct          | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            withdraw         | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            join             | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            split            | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            supervise        | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            answer           | yes   | out            | out           | yes     | yes       | out                | yes       | yes       | out         | out       | out         | out     | out      | out
            blow-whistle     | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            approve-whistle  | no    | no             | no            | no      | no        | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            refuse-whistle   | no    | no             | no            | no      | no        | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            change-whistle   | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            sign             | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            contact          | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            check-in         | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            contribute       | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            decline          | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            decide-decline   | no    | no             | no            | no      | no        | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            done             | no    | no             | no            | no      | yes       | no                 | yes       | yes       | yes         | yes       | no          | no      | no       | no
            withdraw-no-show | no    | no             | no            | no      | no        | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            end-whistle      | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            judge-whistle    | no    | no             | no            | no      | yes       | no                 | yes       | yes       | no          | no        | no          | no      | no       | no
            assess-whistle   | no    | no             | no            | no      | no        | no                 | no        | no        | yes         | yes       | no          | no      | no       | no
            """)
        #expect(table.columns == City.Who.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            let kind = try #require(CaseActionKind(rawValue: name))
            let play = try kind.playWherePossible()
            for (who, wanted) in zip(City.Who.allCases, cells) {
                let outcome = play.outcome(kind, by: who)
                let found = (try? outcome.get()) != nil ? "yes" : outcome.summary
                let code = ["no": "not-allowed", "out": "outside-reach"][wanted] ?? wanted
                #expect(found == code, "\(name) by \(who.rawValue)")
                // Whoever may not is told who may: which people, of which unit or department.
                guard case .failure(let refusal) = outcome else { continue }
                #expect(
                    refusal.detail.contains(
                        /(staff|people|community, town, city) of .*([0-9]{6}|D[0-9]{3})|unit [0-9]{6}[0-9]*: its staff/),
                    "\(refusal.detail)")
            }
        }
    }
}

extension CaseActionKind {
    /// A case on which the action is possible for somebody.
    func playWherePossible() throws -> Play {
        switch self {
        case .accept, .refuse, .handOver, .askExtension, .resolve, .reclassify, .correct, .withdraw, .join, .supervise,
            .blowWhistle:
            return try Standing.assigned.play()
        case .start, .pause: return try Standing.accepted.play()
        case .resume: return try Standing.paused.play()
        case .grantExtension, .refuseExtension:
            var play = try Standing.accepted.play()
            try play.act(.askExtension, by: .chief)
            return play
        case .verify, .rate, .sendBack, .close, .reopen: return try Standing.resolved.play()
        case .split: return try Standing.joined.play()
        case .answer:
            var play = try Standing.accepted.play()
            try play.act(.supervise, by: .townClerk)
            return play
        case .approveWhistle, .refuseWhistle: return try Standing.whistleAsked.play()
        case .sign, .contact, .checkIn, .decline, .changeWhistle, .endWhistle:
            return try WhistleState.Part.Attendance.summoned.play()
        case .contribute, .done: return try WhistleState.Part.Attendance.arrived.play()
        case .decideDecline: return try WhistleState.Part.Attendance.declined.play()
        case .withdrawNoShow: return try WhistleState.Part.Attendance.late.play()
        case .judgeWhistle, .assessWhistle:
            var play = try WhistleState.Part.Attendance.arrived.play()
            try play.act(.endWhistle)
            return play
        }
    }
}
