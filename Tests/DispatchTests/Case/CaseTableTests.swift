import Contracts
import Testing

@testable import muster_dispatch

/// Every action and clock in every standing of a case, as somebody thought it up; docs/dispatch-states.md is made from the
/// code, and so cannot find what is wrong in both.
@Suite struct `every cell of the table` {
    /// `-` is a refusal for the state that the case is in.
    @Test func `of actions on a case`() throws {
        let blown = "reclassified + whistle.blown"
        let table = TextTable(
            """
            action       | assigned            | accepted    | assigned, whistle open | accepted, whistle open | resolved | rated  | closed | withdrawn
            accept       | accepted            | -           | accepted               | -                      | -        | -      | -      | -
            hand-over    | handed-over         | handed-over | handed-over            | handed-over            | -        | -      | -      | -
            resolve      | resolved            | resolved    | -                      | -                      | -        | -      | -      | -
            rate         | -                   | -           | -                      | -                      | rated    | -      | -      | -
            close        | -                   | -           | -                      | -                      | closed   | closed | -      | -
            reclassify   | reclassified        | reclassified | -                     | -                      | -        | -      | -      | -
            withdraw     | closed              | closed      | -                      | -                      | -        | -      | -      | -
            blow-whistle | accepted + \(blown) | \(blown)    | -                      | -                      | -        | -      | -      | -
            check-in     | -                   | -           | whistle.checked-in     | whistle.checked-in     | -        | -      | -      | -
            decline      | -                   | -           | whistle.declined       | whistle.declined       | -        | -      | -      | -
            done         | -                   | -           | -                      | -                      | -        | -      | -      | -
            end-whistle  | -                   | -           | whistle.ended          | whistle.ended          | -        | -      | -      | -
            """)
        #expect(table.rows.map(\.name) == CaseActionKind.allCases.map(\.rawValue))
        #expect(table.columns == Standing.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            for (standing, wanted) in zip(Standing.allCases, cells) {
                let play = try standing.play()
                let kind = try #require(CaseActionKind(rawValue: name))
                let outcome = play.outcome(kind)
                #expect(
                    outcome.summary == (wanted == "-" ? "wrong-state" : wanted), "\(name) when \(standing.rawValue)")
            }
        }
    }

    @Test func `of clocks on a case`() throws {
        let table = TextTable(
            """
            clock  | assigned | accepted | assigned, whistle open | accepted, whistle open | resolved | rated | closed | withdrawn
            accept | climbed  |          | climbed                |                        |          |       |        |
            climb  | climbed  | climbed  | climbed                | climbed                |          |       |        |
            arrive |          |          | whistle.missed + climbed | whistle.missed + climbed |      |       |        |
            """)
        #expect(table.rows.map(\.name) == CaseClock.Kind.allCases.map(\.rawValue))
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
            action   | summoned | arrived | missed | late | declined | done
            check-in | arrived  | -       | late   | -    | -        | -
            decline  | declined | -       | -      | -    | -        | -
            done     | -        | done    | -      | done | -        | -
            """)
        #expect(table.columns == WhistleState.Part.Attendance.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            for (attendance, wanted) in zip(WhistleState.Part.Attendance.allCases, cells) {
                var play = try attendance.play()
                #expect(play.state.whistle?.parts.first?.attendance == attendance)
                let kind = try #require(CaseActionKind(rawValue: name))
                let outcome = play.outcome(kind, by: .waterWorker)
                if case .success = outcome { try play.act(kind, by: .waterWorker) }
                let found = (try? outcome.get()) != nil ? play.state.whistle?.parts.first?.attendance.rawValue : "-"
                #expect(found == wanted, "\(name) when \(attendance.rawValue)")
            }
        }
    }

    /// Who may do what: the case is owned by its grid, and the water company was called to it.
    @Test func `of people`() throws {
        let table = TextTable(
            """
            action       | chief | neighbourChief | buildingChief | steward | secretary | neighbourSecretary | townClerk | cityClerk | waterWorker | waterHead | powerWorker | auditor | resident | formerChief
            accept       | yes   | outside-reach  | outside-reach | yes | yes | outside-reach | yes | yes | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach
            hand-over    | yes   | outside-reach  | outside-reach | yes | yes | outside-reach | yes | yes | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach
            resolve      | yes   | outside-reach  | outside-reach | yes | yes | outside-reach | yes | yes | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach | outside-reach
            rate         | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            close        | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            reclassify   | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            withdraw     | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            blow-whistle | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            check-in     | no    | no | no | no | yes | no | yes | yes | yes | yes | no | no | no | no
            decline      | no    | no | no | no | yes | no | yes | yes | yes | yes | no | no | no | no
            done         | no    | no | no | no | yes | no | yes | yes | yes | yes | no | no | no | no
            end-whistle  | no    | no | no | no | yes | no | yes | yes | no | no | no | no | no | no
            """)
        #expect(table.columns == City.Who.allCases.map(\.rawValue))
        for (name, cells) in table.rows {
            let kind = try #require(CaseActionKind(rawValue: name))
            let play = try kind.playWherePossible()
            for (who, wanted) in zip(City.Who.allCases, cells) {
                let outcome = play.outcome(kind, by: who)
                let found = (try? outcome.get()) != nil ? "yes" : outcome.summary
                #expect(found == (wanted == "no" ? "not-allowed" : wanted), "\(name) by \(who.rawValue)")
            }
        }
    }
}

extension CaseActionKind {
    /// A case on which the action is possible for somebody.
    func playWherePossible() throws -> Play {
        switch self {
        case .accept, .handOver, .resolve, .reclassify, .withdraw, .blowWhistle: try Standing.assigned.play()
        case .rate, .close: try Standing.resolved.play()
        case .checkIn, .decline, .endWhistle: try WhistleState.Part.Attendance.summoned.play()
        case .done: try WhistleState.Part.Attendance.arrived.play()
        }
    }
}
