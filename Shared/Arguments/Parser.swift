/// Reads a command line against a tree of commands. A value: it holds how far it got.
struct Parser {
    enum Outcome {
        case help([Command])
        case version
        case run(Command, Values)
    }

    /// From the root to the command that was named.
    private(set) var path: [Command]
    private var options: [String: [OptionDefinition.Given]] = [:]
    private var arguments: [String] = []
    private var optionsEnded = false

    init(root: Command) {
        path = [root]
    }

    private var command: Command { path[path.count - 1] }
    private var known: [OptionDefinition] { path.flatMap(\.options) }

    mutating func parse(
        _ words: [String], environment: [String: String], hasVersion: Bool
    ) throws(UsageError) -> Outcome {
        var words = words[...]
        while let word = words.popFirst() {
            if optionsEnded || !word.looksLikeOption {
                try take(word)
            } else if word == "--" {
                optionsEnded = true
            } else if word == "--help" || word == "-h" {
                return .help(path)
            } else if word == "--version", hasVersion {
                return .version
            } else {
                try takeOption(word, &words)
            }
        }
        guard command.run != nil else {
            throw UsageError("a command is missing", "one of: " + command.subcommands.names)
        }
        return .run(command, try values(environment))
    }

    private mutating func take(_ word: String) throws(UsageError) {
        if let next = command.subcommands.first(where: { $0.name == word }), !optionsEnded {
            path.append(next)
        } else if !command.subcommands.isEmpty {
            let nearest = Spelling.nearest(to: word, among: command.subcommands.map(\.name))
            throw UsageError(
                "there is no command '\(word)'",
                nearest.map { "did you mean '\($0)'?" } ?? "one of: " + command.subcommands.names)
        } else {
            arguments.append(word)
        }
    }

    private mutating func takeOption(_ word: String, _ words: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let attached = parts.count > 1 ? String(parts[1]) : nil
        guard let option = known.first(where: { $0.isCalled(name) }) else {
            let nearest = Spelling.nearest(to: name, among: known.map { "--" + $0.name } + ["--help"])
            throw UsageError(
                "there is no option '\(name)'",
                nearest.map { "did you mean '\($0)'?" } ?? "a word that begins with a dash goes after '--'")
        }
        guard options[option.name] == nil || option.isRepeated else {
            throw UsageError("--\(option.name) is given twice", "give it once")
        }
        guard let valueName = option.valueName else {
            guard attached == nil else {
                throw UsageError("--\(option.name) takes no value", "write --\(option.name), or leave it out")
            }
            options[option.name] = [OptionDefinition.Given(text: "", origin: "--" + option.name)]
            return
        }
        let value = attached ?? (words.first?.looksLikeOption == false ? words.popFirst() : nil)
        guard let value else {
            throw UsageError("--\(option.name) has no value", "write --\(option.name) \(valueName)")
        }
        options[option.name, default: []].append(.init(text: value, origin: "--" + option.name))
    }

    private func values(_ environment: [String: String]) throws(UsageError) -> Values {
        var values = Values()
        for option in known {
            var given = options[option.name] ?? []
            if given.isEmpty, let variable = option.environment, let text = environment[variable], !text.isEmpty {
                given = [.init(text: text, origin: "\(variable) (from the environment)")]
            }
            guard !given.isEmpty || !option.isRequired else {
                let value = "--\(option.name) \(option.valueName ?? "")"
                throw UsageError(
                    "--\(option.name) is missing: \(option.about)",
                    option.environment.map { "write \(value), or set \($0)" } ?? "write \(value)")
            }
            values.options[option.name] = try option.resolve(given)
        }
        var rest = arguments[...]
        for argument in command.arguments {
            let given = argument.isRepeated ? rest : rest.prefix(1)
            rest = rest.dropFirst(given.count)
            guard !given.isEmpty || !argument.isRequired else {
                throw UsageError(
                    "\(argument.name) is missing: \(argument.about)", "for example: \(argument.example)")
            }
            values.arguments[argument.name] = try argument.resolve(given.map { .init(text: $0, origin: argument.name) })
        }
        if let extra = rest.first {
            throw UsageError(
                "'\(extra)' is one argument too many",
                command.arguments.isEmpty
                    ? "this command takes none"
                    : "this command takes \(command.arguments.map(\.name).joined(separator: " "))")
        }
        return values
    }
}

extension String {
    /// A lone dash is a word (standard input, by custom), and so is a negative number.
    fileprivate var looksLikeOption: Bool {
        hasPrefix("-") && self != "-" && Double(self) == nil
    }
}

extension [Command] {
    fileprivate var names: String { map(\.name).joined(separator: ", ") }
}

extension OptionDefinition {
    /// - Parameter word: with its dashes.
    fileprivate func isCalled(_ word: String) -> Bool {
        word == "--" + name || short.map { word == "-\($0)" } == true
    }
}
