/// A command: what it takes and does, or the commands below it.
///
///     let name = Argument("TOPIC", about: "the topic to grow", parser: .text(example: "dispatch.cases"))
///     let grow = Command("grow", about: "add partitions to a topic", arguments: [name]) { values in
///         try await grow(values[name])
///     }
///     let topics = Command("topics", about: "make and grow topics", subcommands: [grow])
public struct Command: Sendable {
    public let name: String
    /// One line, lower case, no full stop: it stands in lists.
    public let about: String
    /// More, for the command's own help; examples above all.
    public let discussion: String
    public let options: [OptionDefinition]
    public let arguments: [ArgumentDefinition]
    public let subcommands: [Command]
    /// The command below that is meant where none is named.
    public let fallback: String?
    let run: (@Sendable (Values) async throws -> Void)?

    /// A command that does something.
    public init(
        _ name: String, about: String, discussion: String = "", arguments: [any DeclaredArgument] = [],
        options: [any DeclaredOption] = [], run: @escaping @Sendable (Values) async throws -> Void
    ) {
        self.init(name, about, discussion, arguments, options, [], run)
    }

    /// A command that holds others. Its options may be given with each of them.
    ///
    /// - Parameter fallback: the one of them that is meant where none is named; it takes no arguments.
    public init(
        _ name: String, about: String, discussion: String = "", options: [any DeclaredOption] = [],
        subcommands: [Command], fallback: String? = nil
    ) {
        precondition(!subcommands.isEmpty, "\(name) holds no command and does nothing")
        self.init(name, about, discussion, [], options, subcommands, nil, fallback)
    }

    private init(
        _ name: String, _ about: String, _ discussion: String, _ arguments: [any DeclaredArgument],
        _ options: [any DeclaredOption], _ subcommands: [Command], _ run: (@Sendable (Values) async throws -> Void)?,
        _ fallback: String? = nil
    ) {
        self.name = name
        self.about = about
        self.discussion = discussion
        self.arguments = arguments.map(\.definition)
        self.options = options.map(\.definition)
        self.subcommands = subcommands
        self.run = run
        self.fallback = fallback
    }

    /// What runs where no command below is named.
    var implied: Command? { subcommands.first { $0.name == fallback } }
}
