/// Reads a command line against a tree of commands. A value: it holds how far it got.
struct Parser {
    enum Outcome {
        case help
        case version
        case run(Command, Values)
    }

    /// From the root to the command that was named.
    private(set) var path: [Command]
    private var options: [String: [Given]] = [:]
    private var arguments: [String] = []
    private var optionsEnded = false

    init(root: Command) {
        path = [root]
    }

    private var command: Command { path[path.count - 1] }
    private var known: [OptionDefinition] { path.flatMap(\.options) + (command.implied?.options ?? []) }

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
                return .help
            } else if word == "--version", hasVersion {
                return .version
            } else {
                try takeOption(word, &words)
            }
        }
        if let implied = command.implied { path.append(implied) }
        guard command.run != nil else {
            throw UsageError("a command is missing", remedy: "one of: " + command.subcommands.names)
        }
        return .run(command, try values(environment))
    }

    private mutating func take(_ word: String) throws(UsageError) {
        if let next = command.subcommands.first(where: { $0.name == word }) {
            path.append(next)
        } else if command.subcommands.isEmpty {
            arguments.append(word)
        } else {
            let nearest = Spelling.nearest(to: word, among: command.subcommands.map(\.name))
            throw UsageError(
                "there is no command '\(word)'",
                remedy: nearest.map { "did you mean '\($0)'?" } ?? "one of: " + command.subcommands.names)
        }
    }

    private mutating func takeOption(_ word: String, _ words: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let attached = parts.count > 1 ? String(parts[1]) : nil
        let option = try option(String(parts[0]))
        guard options[option.name] == nil || option.isRepeated else {
            throw UsageError("--\(option.name) is given twice", remedy: "give it once")
        }
        guard let valueName = option.valueName else {
            guard attached == nil else {
                throw UsageError(
                    "--\(option.name) takes no value", remedy: "write --\(option.name), or leave it out")
            }
            options[option.name] = [Given(text: "", origin: "--" + option.name)]
            return
        }
        guard let value = attached ?? (words.first?.looksLikeOption == false ? words.popFirst() : nil) else {
            throw UsageError("--\(option.name) has no value", remedy: "write --\(option.name) \(valueName)")
        }
        options[option.name, default: []].append(Given(text: value, origin: "--" + option.name))
    }

    /// - Parameter word: with its dashes.
    private func option(_ word: String) throws(UsageError) -> OptionDefinition {
        if let option = known.first(where: { $0.isCalled(word) }) { return option }
        let remedy: String
        if let owner = command.subcommands.first(where: { $0.knows(word) }) {
            remedy = "it belongs after the command: '\(owner.name)'"
        } else if let nearest = Spelling.nearest(to: word, among: known.map { "--" + $0.name } + ["--help"]) {
            remedy = "did you mean '\(nearest)'?"
        } else {
            remedy = "a word that begins with a dash goes after '--'"
        }
        throw UsageError("there is no option '\(word)'", remedy: remedy)
    }

    private func values(_ environment: [String: String]) throws(UsageError) -> Values {
        var values = Values()
        for option in known {
            let given = options[option.name] ?? option.given(in: environment)
            guard !given.isEmpty || !option.isRequired else {
                let value = "write --\(option.name) \(option.valueName ?? "")"
                throw UsageError(
                    "--\(option.name) is missing: \(option.about)",
                    remedy: option.environment.map { "\(value), or set \($0)" } ?? value)
            }
            values.options[option.name] = try option.resolve(given)
        }
        var rest = arguments[...]
        for argument in command.arguments {
            let given = argument.isRepeated ? rest : rest.prefix(1)
            rest = rest.dropFirst(given.count)
            guard !given.isEmpty || !argument.isRequired else {
                throw UsageError(
                    "\(argument.name) is missing: \(argument.about)", remedy: "for example: \(argument.example)")
            }
            values.arguments[argument.name] = try argument.resolve(given.map { Given(text: $0, origin: argument.name) })
        }
        if let extra = rest.first {
            let names = command.arguments.map(\.name).joined(separator: " ")
            throw UsageError(
                "'\(extra)' is one argument too many", remedy: "this command takes \(names.isEmpty ? "none" : names)")
        }
        return values
    }
}

/// A text as it was given, and where.
struct Given {
    var text: String
    /// For messages: `--port`, `PORT (from the environment)`.
    var origin: String
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

extension Command {
    /// Whether this command or one below it has the option.
    fileprivate func knows(_ word: String) -> Bool {
        options.contains { $0.isCalled(word) } || subcommands.contains { $0.knows(word) }
    }
}

extension OptionDefinition {
    /// - Parameter word: with its dashes.
    fileprivate func isCalled(_ word: String) -> Bool {
        word == "--" + name || short.map { word == "-\($0)" } == true
    }

    /// A variable that is set to nothing counts as not set.
    fileprivate func given(in environment: [String: String]) -> [Given] {
        guard let variable = self.environment, let text = environment[variable], !text.isEmpty else { return [] }
        return [Given(text: text, origin: "\(variable) (from the environment)")]
    }
}
