import Contracts
import FoundationEssentials
import Testing

@testable import muster_dispatch

/// The table of verbs of docs/chat.md, and the examples that are written there.
struct ChatDocument {
    let pauses: [PausePolicy.Reason]

    struct Example: Sendable, CustomTestStringConvertible {
        let written: String
        let read: String

        var testDescription: String { written }
    }

    func markdown() -> String {
        markdownTable(
            ["action", "中文", "English", "takes", "why", "for instance"],
            ChatVerb.all.map { verb in
                [
                    "`\(verb.action.rawValue)`", verb.chinese.joined(separator: "、"),
                    verb.english.joined(separator: ", "),
                    takes(verb), verb.needsWords ? "has to be said" : "may be said", "`\(verb.example)`",
                ]
            })
    }

    private func takes(_ verb: ChatVerb) -> String {
        switch verb.takes {
        case .nothing: verb.isDepartments ? "a department (`D001`), if it is another's" : ""
        case .whistle:
            "its kind (\(words(ChatGrammar.whistles))) and departments (`D001 D002`) unless the usual ones are meant, `\(words(ChatGrammar.leads))` and the one that leads"
        case .departments: "departments (`D001 D002`), `\(words(ChatGrammar.leads))` and the one that leads"
        case .department: "a department (`D001`)"
        case .unitOrPerson: "a unit's code, a person (`@p-grid-2`), or both"
        case .handling: words(ChatGrammar.handlings)
        case .rating: "1 to 5"
        case .pause:
            "an end, and a reason: "
                + pauses.map { reason in
                    let words = [reason.code, reason.zh, reason.en] + (reason.said ?? [])
                    return words.enumerated().filter { !words[..<$0.offset].contains($0.element) }.map(\.element)
                        .joined(separator: ", ")
                }.joined(separator: "; ")
        case .end: "the deadline that is asked for"
        case .verification: "\(words(ChatGrammar.means)); \(words(ChatGrammar.settled))"
        case .grounds: words(ChatGrammar.grounds)
        case .correction:
            "what is right: a category, \(words(ChatGrammar.severities)), \(words(ChatGrammar.handlings)), a unit's code"
        case .otherCase: "the number of the other case; alone where the message answers a case"
        case .marks:
            "a department (`D001`) and four marks: \(words(ChatGrammar.marks)); or \(words(ChatGrammar.allGood))"
        case .views: words(ChatGrammar.views)
        }
    }

    private func words<Value>(_ words: [(String, Value)]) -> String { words.map(\.0).joined(separator: ", ") }

    static let examples: [Example] = {
        let path = URL(filePath: #filePath).appending(path: "../../../../docs/chat.md").standardized.path
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let part = text.split(separator: "## Examples").last ?? ""
        return part.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|").map(\.trimmingSpaces)
            return Example(written: String(cells[0].dropFirst().dropLast()), read: cells[1])
        }
    }()
}

extension ChatCommand {
    /// As the right column of the examples has it.
    var summary: String {
        var parts = [action.rawValue]
        if let number { parts.append(number.summary) }
        if let into { parts.append("into \(into.summary)") }
        if let whistle { parts.append(whistle.rawValue) }
        parts += departments.map(\.text)
        if let lead { parts.append("lead \(lead)") }
        if let pause { parts.append(pause) }
        if let until { parts.append("until \(until.summary)") }
        if let means { parts.append(means.rawValue) }
        if let satisfied { parts.append(satisfied ? "settled" : "unsettled") }
        if let grounds { parts.append(grounds.rawValue) }
        if let category { parts.append(category) }
        if let severity { parts.append(severity.rawValue) }
        if let granted { parts.append(granted ? "granted" : "refused") }
        if let judgement {
            let marks = [judgement.onTime, judgement.rightPeople, judgement.solved, judgement.satisfied]
            parts.append(marks.map { $0 ? "+" : "-" }.joined())
        }
        if let assessment { parts.append([assessment.needed, assessment.ours].map { $0 ? "+" : "-" }.joined()) }
        if let unit { parts.append(unit.text) }
        if let person { parts.append("@\(person)") }
        if let handling { parts.append(handling.rawValue) }
        if let rating { parts.append(String(rating)) }
        if let words { parts.append("\"\(words)\"") }
        return parts.joined(separator: " ")
    }
}

extension ChatCommand.Number {
    fileprivate var summary: String { (year.map { "\($0)-" } ?? "") + String(number) }
}

extension ChatTime {
    fileprivate var summary: String {
        let day =
            switch day {
            case .later(let days): "+\(days)d"
            case .written(let year, let month, let day): (year.map { "\($0)-" } ?? "") + "\(month)-\(day)"
            }
        return day + (minute.map { " \($0 / 60):\($0 % 60 < 10 ? "0" : "")\($0 % 60)" } ?? "")
    }
}
