import Glibc

/// A program's whole command line: its tree of commands, its version, and what happens when it is called.
public struct CommandLineTool: Sendable {
    public let root: Command
    public let version: String?
    private let explain: @Sendable (any Error) -> CommandError?

    /// A tree that contradicts itself stops the process: it is a fault of the program, found by the first run.
    ///
    /// - Parameter explain: turns an error of a library into one that says what to do; nil where it is the program's fault.
    public init(
        _ root: Command, version: String? = nil,
        explain: @escaping @Sendable (any Error) -> CommandError? = { _ in nil }
    ) {
        let faults = root.faults()
        precondition(faults.isEmpty, faults.joined(separator: "\n"))
        self.root = root
        self.version = version
        self.explain = explain
    }

    /// Where text goes.
    public struct Output: Sendable {
        public var standard: @Sendable (String) -> Void
        public var error: @Sendable (String) -> Void

        public init(standard: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
            self.standard = standard
            self.error = error
        }

        /// The process's own.
        public static let process = Output(
            standard: { write($0, to: STDOUT_FILENO) }, error: { write($0, to: STDERR_FILENO) })
    }

    /// What a command line asks for.
    public enum Invocation: Sendable {
        /// To show a text and stop.
        case show(String)
        case run(@Sendable () async throws -> Void)
    }

    /// Understands the command line without doing anything yet.
    /// - Parameter words: without the program's own name.
    public func parse(_ words: [String], environment: [String: String]) throws(UsageError) -> Invocation {
        var parser = Parser(root: root)
        return try invocation(words, environment, &parser)
    }

    /// Does what the command line asks for, says on the output what went wrong, and returns the exit code.
    public func run(
        _ words: [String], environment: [String: String], output: Output = .process
    ) async -> ExitCode {
        var parser = Parser(root: root)
        do {
            switch try invocation(words, environment, &parser) {
            case .show(let text): output.standard(text)
            case .run(let work): try await work()
            }
            return .success
        } catch let error as UsageError {
            let command = parser.path.map(\.name).joined(separator: " ")
            output.error("error: \(error.problem)\n  \(error.remedy)\n  see '\(command) --help'\n")
            return .usage
        } catch {
            if let error = error as? CommandError ?? explain(error) {
                output.error("error: \(error.problem)\n  \(error.remedy)\n")
                return error.code
            }
            output.error("error: \(error)\n  this is a fault of \(root.name) itself: please report it\n")
            return .software
        }
    }

    private func invocation(
        _ words: [String], _ environment: [String: String], _ parser: inout Parser
    ) throws(UsageError) -> Invocation {
        switch try parser.parse(words, environment: environment, hasVersion: version != nil) {
        case .help: .show(HelpText(path: parser.path, hasVersion: version != nil).text)
        case .version: .show("\(root.name) \(version ?? "")\n")
        case .run(let command, let values): .run { try await command.run?(values) }
        }
    }

    /// The help of every command, by how it is called, in the tree's order: for the documentation.
    public var help: [(command: String, text: String)] {
        pages([root])
    }

    private func pages(_ path: [Command]) -> [(command: String, text: String)] {
        let page = HelpText(path: path, hasVersion: version != nil).text
        return [(path.map(\.name).joined(separator: " "), page)]
            + (path.last?.subcommands ?? []).flatMap { pages(path + [$0]) }
    }
}

private func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written > 0 || errno == EINTR else { return }
        rest = rest.dropFirst(max(0, written))
    }
}
