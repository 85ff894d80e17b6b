/// Reads a service's configuration from its environment and collects all that is wrong with it, so that an operator
/// mends everything at once.
///
/// `NAME_FILE` names a file that holds the value of `NAME`: for secrets, and as container platforms mount them.
public struct ConfigurationReader {
    private let environment: [String: String]
    private(set) var errors: [ConfigurationError.Entry] = []
    /// Variables whose file cannot be read: that they have no value needs no second complaint.
    private var unreadable: Set<String> = []

    public init(_ environment: [String: String]) { self.environment = environment }

    /// - Parameters:
    ///   - rule: what a right value looks like, to follow "must be".
    ///   - isSecret: an error then does not show the value seen.
    /// - Returns: the value, or the fallback when it is missing or wrong; a wrong one is remembered.
    public mutating func value<Value>(
        _ name: String, _ rule: String, example: String, default fallback: Value?, isSecret: Bool = false,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = text(name) else {
            if fallback == nil { add(name, seen: nil, rule, example) }
            return fallback
        }
        if let value = parse(text) { return value }
        add(name, seen: isSecret ? "(not shown)" : text, rule, example)
        return fallback
    }

    public mutating func string(
        _ name: String, _ rule: String, example: String, default fallback: String?, isSecret: Bool = false
    ) -> String {
        value(name, rule, example: example, default: fallback, isSecret: isSecret) { $0.isEmpty ? nil : $0 } ?? ""
    }

    /// A value that may be missing without harm.
    public mutating func optional(_ name: String) -> String? { text(name) }

    /// The same of one that must not be empty where it is set.
    public mutating func optionalSecret(_ name: String, _ rule: String) -> String? {
        guard let text = text(name) else { return nil }
        if text.isEmpty { add(name, seen: "", rule, "<secret>") }
        return text
    }

    public mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return value(name, rule, example: "\(fallback)", default: fallback) {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        } ?? fallback
    }

    public mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, default fallback: Value
    ) -> Value {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return value(name, "one of \(words)", example: fallback.rawValue, default: fallback) {
            Value(rawValue: $0)
        } ?? fallback
    }

    /// Adds an error that concerns several variables together.
    public mutating func add(_ name: String, seen: String?, _ rule: String, _ example: String) {
        if seen == nil, unreadable.contains(name) { return }
        errors.append(.init(name: name, seen: seen, rule: rule, example: example))
    }

    /// - Throws: `ConfigurationError` with everything that was wrong.
    public func finish() throws(ConfigurationError) {
        if !errors.isEmpty { throw ConfigurationError(entries: errors) }
    }

    private mutating func text(_ name: String) -> String? {
        if let value = environment[name] { return value }
        guard let path = environment[name + "_FILE"] else { return nil }
        if let contents = SecretFile.contents(path) { return contents }
        unreadable.insert(name)
        add(name + "_FILE", seen: path, SecretFile.rule, "/run/secrets/\(name.lowercased())")
        return nil
    }
}

/// Everything that is wrong with a configuration: each line says the variable, what was seen, the rule and an example.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Nil when the variable is not set.
        public let seen: String?
        public let rule: String
        public let example: String
    }

    public let entries: [Entry]

    public var description: String {
        entries.map { entry in
            let seen = entry.seen.map { "is \"\($0)\"" } ?? "is not set"
            return "\(entry.name) \(seen): it must be \(entry.rule), such as \(entry.name)=\(entry.example)"
        }.joined(separator: "\n")
    }
}
