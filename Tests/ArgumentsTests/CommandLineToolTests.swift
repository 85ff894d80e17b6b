import Testing

@testable import Arguments

@Suite struct CommandLineToolTests {
    @Test(arguments: ExitCode.allCases)
    func `a command that can't do it says why, and exits by what that means`(code: ExitCode) async {
        let error = CommandError("the broker does not answer", remedy: "start it with `make up`", code: code)
        let outcome = await CityTool.call(["-d=x", "topics", "grow", "t"], fault: error)
        #expect(
            outcome
                == CityTool.Outcome(
                    code: code, error: "error: the broker does not answer\n  start it with `make up`\n"))
    }

    @Test func `a command that finds its options wrong together is a wrong command line`() async {
        let error = UsageError("--port and --mode exclude each other", remedy: "leave one out")
        let outcome = await CityTool.call(["-d=x", "topics", "grow", "t"], fault: error)
        #expect(
            outcome
                == CityTool.Outcome(
                    code: .usage,
                    error:
                        "error: --port and --mode exclude each other\n  leave one out\n  see 'city topics grow --help'\n"
                ))
    }

    @Test func `any other error is a fault of the program`() async {
        struct Surprise: Error {}
        let outcome = await CityTool.call(["-d=x", "topics", "grow", "t"], fault: Surprise())
        #expect(
            outcome
                == CityTool.Outcome(
                    code: .software, error: "error: Surprise()\n  this is a fault of city itself: please report it\n"))
    }

    @Test func `the exit codes are those of sysexits`() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 64, 69, 70])
    }

    @Test func `the version is told, and only where there is one`() async {
        #expect(await CityTool.call("--version") == CityTool.Outcome(code: .success, output: "city 1.2.3\n"))
        #expect(await CityTool.call("topics", "--version").output == "city 1.2.3\n")
        let nameless = CommandLineTool(Command("x", about: "does x") { _ in })
        #expect(
            throws: UsageError(
                "there is no option '--version'", remedy: "a word that begins with a dash goes after '--'")
        ) {
            try nameless.parse(["--version"], environment: [:])
        }
    }

    @Test func `the help of the whole tool`() async {
        let help = """
            Runs a city.

            USAGE
              city --database URL [options] COMMAND

            COMMANDS
              topics  make and grow topics
              check   look whether all is well

            OPTIONS
              -d, --database URL  where the data is (required; or DATABASE_URL in the
                                  environment)
              -v, --verbose       say more
              -h, --help          show this and stop
              --version           show the version and stop

            'city COMMAND --help' says more of each command.

            """
        #expect(await CityTool.call("--help") == CityTool.Outcome(code: .success, output: help))
        #expect(await CityTool.call("-h", "nonsense").output == help)
    }

    @Test func `the help of one command`() async {
        let help = """
            Add partitions to a topic.

            USAGE
              city topics grow [options] TOPIC [COUNT] [MORE...]

            EXAMPLE
              city topics grow dispatch.cases 2

            ARGUMENTS
              TOPIC  the topic to grow
              COUNT  how many
              MORE   further ones

            OPTIONS
              -p, --port PORT  where to listen (default: 8080; or PORT in the environment)
              --wait TIME      how long to wait for the others (default: 90s)
              --mode MODE      how to go about it (or MODE in the environment)
              --set NAME       a name to set (may be repeated)
              -h, --help       show this and stop

            OPTIONS OF city topics
              -d, --database URL  where the data is (required; or DATABASE_URL in the
                                  environment)
              -v, --verbose       say more

            """
        #expect(await CityTool.call("topics", "grow", "--help").output == help)
    }

    @Test func `the help of every command can be had for the documents, and is never too wide`() {
        let long = String(repeating: "words upon words ", count: 10) + "."
        let tool = CommandLineTool(
            Command(
                "city", about: "runs a city",
                options: [Option.flag("a-name-that-leaves-little-room-for-words", about: long)],
                subcommands: [Command("one", about: long) { _ in }, Command("two", about: "does two") { _ in }]))
        #expect(tool.help.map(\.command) == ["city", "city one", "city two"])
        #expect(tool.help[0].text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(tool.help.allSatisfy { $0.text.contains("USAGE") && $0.text.contains("-h, --help") })
    }

    @Test func `a tree that contradicts itself is found out`() {
        let text = ValueParser.text(example: "x")
        let twice = Option.flag("twice", short: "t", about: "a")
        let tree = Command(
            "city", about: "runs a city", options: [twice],
            subcommands: [
                Command(
                    "Bad name", about: "",
                    arguments: [
                        Argument.repeated("ALL", about: "a", parser: text),
                        Argument.optional("MAYBE", about: "a", parser: text),
                        Argument("MUST", about: "a", parser: text), Argument("MUST", about: "a", parser: text),
                    ],
                    options: [Option.flag("twice", about: "a"), Option.flag("other", short: "t", about: "a")]
                ) { _ in },
                Command("help", about: "a", options: [Option.flag("help", about: "a")]) { _ in },
                Command("help", about: "a") { _ in },
            ])
        #expect(
            tree.faults() == [
                "city: the command help is there twice",
                "city Bad name: the option --twice is there twice",
                "city Bad name: the option -t is there twice",
                "city Bad name: the argument MUST is there twice",
                "city Bad name: 'Bad name' is not in kebab-case",
                "city Bad name: something does not say what it is about",
                "city Bad name: nothing is left for MAYBE after ALL",
                "city Bad name: MUST is required after MAYBE, which is not",
                "city help: the option --help is there twice",
            ])
    }
}
