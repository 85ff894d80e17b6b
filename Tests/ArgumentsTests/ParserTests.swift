import Arguments
import Testing

@Suite struct ParserTests {
    static let least = CityTool.Call(
        database: "db", port: 8080, wait: .seconds(90), topic: "t")

    @Test func `what is left out has its default`() async {
        let outcome = await CityTool.call("topics", "grow", "--database", "db", "t")
        #expect(outcome == CityTool.Outcome(code: .success, call: Self.least))
    }

    @Test func `every kind of option and argument arrives`() async {
        let outcome = await CityTool.call(
            "-v", "topics", "-d", "db", "grow", "--port=9000", "--wait", "250ms", "--mode", "careful", "--set", "a",
            "--set=b=c", "t", "-3", "--", "--verbose", "x")
        #expect(
            outcome
                == CityTool.Outcome(
                    code: .success,
                    call: CityTool.Call(
                        database: "db", verbose: true, port: 9000, wait: .milliseconds(250), mode: .careful,
                        set: ["a", "b=c"], topic: "t", count: -3, rest: ["--verbose", "x"])))
    }

    @Test func `options of a command above may come before, between and after`() async {
        for words in [
            ["-v", "topics", "grow", "t"], ["topics", "-v", "grow", "t"], ["topics", "grow", "t", "--verbose"],
        ] {
            let outcome = await CityTool.call(words, environment: ["DATABASE_URL": "db"])
            #expect(outcome.call?.verbose == true)
        }
    }

    @Test func `the environment counts where the option is not given, unless it is empty`() async {
        let environment = ["DATABASE_URL": "db", "PORT": "7000", "MODE": ""]
        let fallen = await CityTool.call("topics", "grow", "t", environment: environment)
        #expect(fallen.call?.port == 7000 && fallen.call?.mode == nil)
        let given = await CityTool.call("topics", "grow", "t", "-p", "9000", environment: environment)
        #expect(given.call?.port == 9000)
    }

    @Test func `a lone dash and an empty text are words`() async {
        let outcome = await CityTool.call("topics", "grow", "-d=db", "-")
        #expect(outcome.call?.topic == "-")
        let empty = await CityTool.call("topics", "grow", "-d", "db", "")
        #expect(empty.error.hasPrefix("error: TOPIC is ''\n  it must be a text that is not empty, for example"))
    }

    struct Refusal: Sendable {
        let words: [String]
        let problem: String
        let remedy: String
        var command = "city topics grow"

        init(_ words: String..., problem: String, remedy: String, command: String = "city topics grow") {
            self.words = words
            self.problem = problem
            self.remedy = remedy
            self.command = command
        }
    }

    @Test(arguments: [
        Refusal(problem: "a command is missing", remedy: "one of: topics, check", command: "city"),
        Refusal("topics", problem: "a command is missing", remedy: "one of: list, grow", command: "city topics"),
        Refusal("topcis", problem: "there is no command 'topcis'", remedy: "did you mean 'topics'?", command: "city"),
        Refusal(
            "--", "topcis", problem: "there is no command 'topcis'", remedy: "did you mean 'topics'?", command: "city"),
        Refusal("zzz", problem: "there is no command 'zzz'", remedy: "one of: topics, check", command: "city"),
        Refusal(
            "topics", "grow", "--prot", "80", problem: "there is no option '--prot'", remedy: "did you mean '--port'?"),
        Refusal("--hepl", problem: "there is no option '--hepl'", remedy: "did you mean '--help'?", command: "city"),
        Refusal(
            "--port", "80", problem: "there is no option '--port'", remedy: "it belongs after the command: 'topics'",
            command: "city"),
        Refusal(
            "topics", "grow", "--frobnicate", problem: "there is no option '--frobnicate'",
            remedy: "a word that begins with a dash goes after '--'"),
        Refusal("topics", "grow", "t", "--port", problem: "--port has no value", remedy: "write --port PORT"),
        Refusal("topics", "grow", "--port", "-v", problem: "--port has no value", remedy: "write --port PORT"),
        Refusal(
            "topics", "grow", "t", "--port", "80x", problem: "--port is '80x'",
            remedy: "it must be a whole number from 1 to 65535, for example 8080"),
        Refusal(
            "topics", "grow", "t", "--port=", problem: "--port is ''",
            remedy: "it must be a whole number from 1 to 65535, for example 8080"),
        Refusal(
            "topics", "grow", "t", "--port", "-1", problem: "--port is '-1'",
            remedy: "it must be a whole number from 1 to 65535, for example 8080"),
        Refusal(
            "topics", "grow", "t", "--wait", "5 minutes", problem: "--wait is '5 minutes'",
            remedy: "it must be a whole number with its unit ms, s, m, h or d, for example 30s"),
        Refusal(
            "topics", "grow", "t", "--mode", "Fast", problem: "--mode is 'Fast'",
            remedy: "it must be one of fast, careful, for example fast"),
        Refusal("-v", "--verbose", problem: "--verbose is given twice", remedy: "give it once", command: "city"),
        Refusal(
            "--verbose=yes", problem: "--verbose takes no value", remedy: "write --verbose, or leave it out",
            command: "city"),
        Refusal(
            "topics", "grow", problem: "TOPIC is missing: the topic to grow", remedy: "for example: dispatch.cases"),
        Refusal(
            "topics", "grow", "t", "many", problem: "COUNT is 'many'",
            remedy: "it must be a whole number from -10 to 10, for example -10"),
        Refusal(
            "check", "x", problem: "'x' is one argument too many", remedy: "this command takes none",
            command: "city check"),
    ])
    func `a command line that is wrong is told what is wrong and what would be right`(_ given: Refusal) async {
        let outcome = await CityTool.call(given.words, environment: ["DATABASE_URL": "db"])
        #expect(
            outcome
                == CityTool.Outcome(
                    code: .usage,
                    error: "error: \(given.problem)\n  \(given.remedy)\n  see '\(given.command) --help'\n"))
    }

    @Test func `a required option says where else it may come from`() async {
        let outcome = await CityTool.call("topics", "grow", "t")
        #expect(
            outcome.error.hasPrefix(
                "error: --database is missing: where the data is\n  write --database URL, or set DATABASE_URL\n"))
    }

    @Test func `a wrong variable is called by its name`() async {
        let outcome = await CityTool.call("topics", "grow", "t", environment: ["DATABASE_URL": "db", "PORT": "http"])
        #expect(outcome.code == .usage)
        #expect(outcome.error.hasPrefix("error: PORT (from the environment) is 'http'\n  it must be a whole number"))
    }
}
