/// The help of one command, made from its declaration.
struct HelpText {
    /// From the root to the command.
    let path: [Command]
    let hasVersion: Bool
    private static let width = 80

    private var command: Command { path[path.count - 1] }

    var text: String {
        var sections = [command.about.prefix(1).uppercased() + command.about.dropFirst() + "."]
        sections.append("USAGE\n  " + usage)
        if !command.discussion.isEmpty {
            sections.append(command.discussion)
        }
        sections.append(contentsOf: [
            section("COMMANDS", command.subcommands.map { ($0.name, $0.about) }),
            section("ARGUMENTS", command.arguments.map { ($0.name, $0.about) }),
            section("OPTIONS", command.options.map(row) + builtIn),
            section("OPTIONS OF \(called(path.dropLast()))", path.dropLast().flatMap(\.options).map(row)),
        ])
        if let fallback = command.fallback {
            sections.append("Without a command it does '\(fallback)'.")
        }
        if !command.subcommands.isEmpty {
            sections.append("'\(called(path)) COMMAND --help' says more of each command.")
        }
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var usage: String {
        var words = [called(path)]
        words += command.options.filter(\.isRequired).map { "--\($0.name) \($0.valueName ?? "")" }
        words.append("[options]")
        words += command.arguments.map { argument in
            let name = argument.name + (argument.isRepeated ? "..." : "")
            return argument.isRequired ? name : "[\(name)]"
        }
        if !command.subcommands.isEmpty {
            words.append(command.fallback == nil ? "COMMAND" : "[COMMAND]")
        }
        return words.joined(separator: " ")
    }

    private var builtIn: [(String, String)] {
        [("-h, --help", "show this and stop")]
            + (hasVersion && path.count == 1 ? [("--version", "show the version and stop")] : [])
    }

    private func row(_ option: OptionDefinition) -> (String, String) {
        var facts: [String] = []
        if option.isRequired { facts.append("required") }
        if option.isRepeated { facts.append("may be repeated") }
        if let fallback = option.defaultText { facts.append("default: \(fallback)") }
        if let variable = option.environment { facts.append("or \(variable) in the environment") }
        let name = option.short.map { "-\($0), " } ?? ""
        return (
            "\(name)--\(option.name)" + (option.valueName.map { " " + $0 } ?? ""),
            option.about + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
        )
    }

    private func called(_ path: some Collection<Command>) -> String {
        path.map(\.name).joined(separator: " ")
    }

    private func section(_ title: String, _ rows: [(name: String, about: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let column = min(30, (rows.map(\.name.count).max() ?? 0) + 4)
        let lines = rows.map { row in
            let about = wrap(row.about, indent: column)
            let name = "  " + row.name
            return name.count + 2 <= column
                ? name + String(repeating: " ", count: column - name.count) + about
                : name + "\n" + String(repeating: " ", count: column) + about
        }
        return title + "\n" + lines.joined(separator: "\n")
    }

    private func wrap(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count + 1 <= Self.width - indent {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
