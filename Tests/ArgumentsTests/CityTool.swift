import Arguments
import Threads

/// A tool with one of everything, and what became of a call of it.
struct CityTool {
    enum Mode: String, CaseIterable {
        case fast, careful
    }

    static let database = Option(
        "database", short: "d", value: "URL", about: "where the data is",
        parser: .text(example: "postgres://localhost"),
        environment: "DATABASE_URL")
    static let verbose = Option.flag("verbose", short: "v", about: "say more")
    static let port = Option(
        "port", short: "p", value: "PORT", about: "where to listen", parser: .integer(1...65535, example: 8080),
        default: 8080, environment: "PORT")
    static let wait = Option(
        "wait", value: "TIME", about: "how long to wait for the others", parser: .duration(), default: .seconds(90))
    static let mode = Option.optional(
        "mode", value: "MODE", about: "how to go about it", parser: .choice(Mode.self), environment: "MODE")
    static let set = Option.repeated(
        "set", value: "NAME", about: "a name to set", parser: .text(example: "grid"))
    static let topic = Argument("TOPIC", about: "the topic to grow", parser: .text(example: "dispatch.cases"))
    static let count = Argument.optional("COUNT", about: "how many", parser: .integer(-10...10))
    static let rest = Argument.repeated("MORE", about: "further ones", parser: .text(example: "x"))

    struct Call: Equatable, Sendable {
        var database = ""
        var verbose = false
        var port = 0
        var wait = Duration.zero
        var mode: Mode?
        var set: [String] = []
        var topic = ""
        var count: Int?
        var rest: [String] = []
    }

    struct Outcome: Equatable, Sendable {
        var code: ExitCode
        var output = ""
        var error = ""
        var call: Call?
    }

    /// Calls the tool; `fault` is what the command throws.
    static func call(
        _ words: [String], environment: [String: String] = [:], fault: (any Error & Sendable)? = nil
    ) async -> Outcome {
        let outcome = Recorder()
        let grow = Command(
            "grow", about: "add partitions to a topic", discussion: "EXAMPLE\n  city topics grow dispatch.cases 2",
            arguments: [topic, count, rest], options: [port, wait, mode, set]
        ) { values in
            if let fault { throw fault }
            let call = Call(
                database: values[database], verbose: values[verbose], port: values[port], wait: values[wait],
                mode: values[mode], set: values[set], topic: values[topic], count: values[count], rest: values[rest])
            outcome.record { $0.call = call }
        }
        let list = Command("list", about: "show all topics") { _ in }
        let topics = Command("topics", about: "make and grow topics", subcommands: [list, grow])
        let check = Command("check", about: "look whether all is well") { _ in }
        let tool = CommandLineTool(
            Command("city", about: "runs a city", options: [database, verbose], subcommands: [topics, check]),
            version: "1.2.3")
        let code = await tool.run(
            words, environment: environment,
            output: CommandLineTool.Output(
                standard: { text in outcome.record { $0.output += text } },
                error: { text in outcome.record { $0.error += text } }))
        outcome.record { $0.code = code }
        return outcome.value
    }

    static func call(_ words: String..., environment: [String: String] = [:]) async -> Outcome {
        await call(words, environment: environment)
    }

    private final class Recorder: Sendable {
        private let outcome = Lock(Outcome(code: .success))

        func record(_ change: (inout Outcome) -> Void) {
            outcome.withLock { change(&$0) }
        }

        var value: Outcome { outcome.withLock { $0 } }
    }
}
