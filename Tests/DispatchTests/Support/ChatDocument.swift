import Contracts
import FoundationEssentials
import Testing

@testable import muster_dispatch

/// The table of verbs of docs/chat.md, and the examples that are written there.
struct ChatDocument {
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
        case .departments:
            "its kind (\(ChatGrammar.whistles.map(\.0).joined(separator: ", "))) and departments (`D001 D002`)"
        case .unitOrPerson: "a unit's code, a person (`@p-grid-2`), or both"
        case .handling: ChatGrammar.handlings.map(\.0).joined(separator: ", ")
        case .rating: "1 to 5"
        }
    }

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
        if let number { parts.append((year.map { "\($0)-" } ?? "") + String(number)) }
        if let whistle { parts.append(whistle.rawValue) }
        parts += departments.map(\.text)
        if let unit { parts.append(unit.text) }
        if let person { parts.append("@\(person)") }
        if let handling { parts.append(handling.rawValue) }
        if let rating { parts.append(String(rating)) }
        if let words { parts.append("\"\(words)\"") }
        return parts.joined(separator: " ")
    }
}
