extension Command {
    /// Where the tree from here on contradicts itself or can't be called: a line each.
    /// - Parameters:
    ///   - path: how the commands above are called.
    ///   - inherited: the options of the commands above.
    func faults(below path: String = "", inheriting inherited: [OptionDefinition] = []) -> [String] {
        let path = path.isEmpty ? name : "\(path) \(name)"
        let reachable = inherited + options
        var faults: [String] = []
        let names = reachable.map { "--" + $0.name } + reachable.compactMap { $0.short.map { "-\($0)" } }
        faults += (names + ["--help", "-h", "--version"]).repeated.map { "the option \($0) is there twice" }
        faults += subcommands.map(\.name).repeated.map { "the command \($0) is there twice" }
        faults += arguments.map(\.name).repeated.map { "the argument \($0) is there twice" }
        faults += ([name] + options.map(\.name)).filter { !$0.isKebabCase }.map { "'\($0)' is not in kebab-case" }
        if about.isEmpty || options.contains(where: \.about.isEmpty) || arguments.contains(where: \.about.isEmpty) {
            faults.append("something does not say what it is about")
        }
        if let fallback {
            if implied == nil { faults.append("there is no command \(fallback) to fall back on") }
            if implied?.arguments.contains(where: \.isRequired) == true {
                faults.append("\(fallback) needs an argument, and cannot be fallen back on")
            }
        }
        for (argument, next) in zip(arguments, arguments.dropFirst()) {
            if argument.isRepeated { faults.append("nothing is left for \(next.name) after \(argument.name)") }
            if !argument.isRequired && next.isRequired {
                faults.append("\(next.name) is required after \(argument.name), which is not")
            }
        }
        return faults.map { "\(path): \($0)" }
            + subcommands.flatMap { $0.faults(below: path, inheriting: reachable) }
    }
}

extension [String] {
    /// What occurs more than once, in order.
    fileprivate var repeated: [String] {
        var seen: Set<String> = []
        return filter { !seen.insert($0).inserted }
    }
}

extension String {
    fileprivate var isKebabCase: Bool {
        !isEmpty && !hasPrefix("-") && !hasSuffix("-")
            && utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
