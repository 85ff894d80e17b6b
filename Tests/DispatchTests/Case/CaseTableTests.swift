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
            ACTIONS
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
                let outcome = try standing.play().outcome(kind)
                #expect(outcome.summary == wanted[standing] ?? "wrong-state", "\(name) when \(standing.rawValue)")
            }
        }
    }

    @Test func `of clocks on a case`() throws {
        let table = TextTable(
            """
            CLOCKS
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
            PARTS
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
            PEOPLE
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
