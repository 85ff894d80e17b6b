import Contracts

@testable import muster_dispatch

/// The tables of docs/dispatch-states.md, made by trying everything out.
struct StatesDocument {
    func markdown() throws -> String {
        try [
            "## Ways through", diagram(),
            "## What actions do", "A bar is a refusal for the state that the case is in (`wrong-state`).", actions(),
            "## What clocks do",
            "`yellow` and `red` give the slips of a deadline: here that of the one that is due first. An empty cell is a clock that does not run.",
            clocks(),
            "## A department's part in a whistle",
            "The attendance that follows. `arrive` is the clock of the deadline; it runs again for each rung that is told.",
            parts(),
            "## Who may do what",
            "The case is owned by its grid; the water company was called to it, the power company was not. Whoever "
                + "may not is told so by the code in the cell.", people(),
        ].joined(separator: "\n\n")
    }

    // MARK: The diagram

    private func diagram() throws -> String {
        var lines = ["```mermaid", "stateDiagram-v2"]
        lines += Standing.allCases.map { "    state \"\($0.rawValue)\" as \($0)" }
        lines.append("    [*] --> assigned: opened")
        for standing in Standing.allCases {
            var ways: [Standing: [String]] = [:]
            for kind in CaseActionKind.allCases {
                var play = try standing.play()
                guard case .success(let changes) = play.outcome(kind, by: kind.usual) else { continue }
                for change in changes { play.apply(change, at: play.now) }
                ways[Standing(play.state), default: []].append(kind.rawValue)
            }
            for to in Standing.allCases where to != standing {
                guard let kinds = ways[to] else { continue }
                lines.append("    \(standing) --> \(to): \(kinds.joined(separator: ", "))")
            }
        }
        lines += Standing.allCases.filter { [.closed, .withdrawn, .joined].contains($0) }.map { "    \($0) --> [*]" }
        return (lines + ["```"]).joined(separator: "\n")
    }

    // MARK: The tables

    private func actions() throws -> String {
        try table("action", CaseActionKind.allCases.map(\.rawValue), Standing.allCases.map(\.rawValue)) { row, column in
            let play = try Standing.allCases[column].play()
            let kind = CaseActionKind.allCases[row]
            return cell(play.outcome(kind, by: kind.usual))
        }
    }

    private func clocks() throws -> String {
        try table("clock", CaseClock.Kind.allCases.map(\.rawValue), Standing.allCases.map(\.rawValue)) { row, column in
            let play = try Standing.allCases[column].play()
            let clock = play.state.clocks.filter { $0.kind == CaseClock.Kind.allCases[row] }.min()
            return clock.map { names(play.decision.decide($0, on: play.state)) } ?? ""
        }
    }

    private func parts() throws -> String {
        let attendances = WhistleState.Part.Attendance.allCases
        let kinds = CaseActionKind.allCases.filter(\.isOfDepartment)
        return try table("", kinds.map(\.rawValue) + ["`arrive`"], attendances.map(\.rawValue)) { row, column in
            var play = try attendances[column].play()
            if row < kinds.count {
                guard case .success(let changes) = play.outcome(kinds[row], by: kinds[row].usual) else { return "–" }
                for change in changes { play.apply(change, at: play.now) }
            } else {
                guard let clock = play.state.clocks.filter({ $0.kind == .arrive && $0.ordinal == 0 }).min() else {
                    return ""
                }
                for change in play.decision.decide(clock, on: play.state) { play.apply(change, at: clock.due) }
            }
            return play.state.whistle?.parts.first?.attendance.rawValue ?? ""
        }
    }

    private func people() throws -> String {
        let kinds = CaseActionKind.allCases
        return try table("who", City.Who.allCases.map { words($0.rawValue) }, kinds.map(\.rawValue)) { row, column in
            let play = try kinds[column].playWherePossible()
            let outcome = play.outcome(kinds[column], by: City.Who.allCases[row])
            return (try? outcome.get()) == nil ? "`\(outcome.summary)`" : "yes"
        }
    }

    // MARK: Markdown

    private func table(
        _ corner: String, _ rows: [String], _ columns: [String], _ cell: (Int, Int) throws -> String
    ) rethrows -> String {
        try markdownTable(
            [corner] + columns,
            rows.enumerated().map { row, name in try [name] + columns.indices.map { try cell(row, $0) } })
    }

    private func cell(_ outcome: CaseDecision.Outcome) -> String {
        switch outcome {
        case .success(let changes): names(changes)
        case .failure(let refusal): refusal.code == Refusal.Code.wrongState.rawValue ? "–" : "`\(refusal.code)`"
        }
    }

    private func names(_ changes: [CaseChange]) -> String { changes.map { "`\($0.name)`" }.joined(separator: ", ") }

    /// `neighbourChief` as `neighbour chief`.
    private func words(_ name: String) -> String {
        name.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }
}
