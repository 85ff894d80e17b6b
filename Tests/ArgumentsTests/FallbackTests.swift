import Testing

@testable import Arguments

/// A command that means one of its own where none is named.
@Suite struct FallbackTests {
    private static let copies = Option(
        "copies", value: "N", about: "how many", parser: .integer(1...9), default: 3)
    private static let name = Argument("NAME", about: "which", parser: .text(example: "a"))
    private static let log = Called()

    private static let tool = CommandLineTool(
        Command(
            "tool", about: "a tool",
            subcommands: [
                Command(
                    "topics", about: "make and remove topics",
                    subcommands: [
                        Command("create", about: "make them", options: [copies]) { log.add("create \($0[copies])") },
                        Command("remove", about: "remove one", arguments: [name]) { log.add("remove \($0[name])") },
                    ], fallback: "create")
            ]))

    private func call(_ words: String...) async -> (ExitCode, String) {
        let text = Called()
        let code = await Self.tool.run(
            words, environment: [:], output: .init(standard: { text.add($0) }, error: { text.add($0) }))
        return (code, text.all.joined())
    }

    @Test func `it runs the one that is meant, with its options`() async {
        _ = await call("topics")
        _ = await call("topics", "--copies", "2")
        _ = await call("topics", "create", "--copies=4")
        _ = await call("topics", "remove", "a")
        #expect(Self.log.all == ["create 3", "create 2", "create 4", "remove a"])
    }

    @Test func `another word is refused with the nearest right one`() async {
        let (code, text) = await call("topics", "creat")
        #expect(code == .usage && text.contains("did you mean 'create'?"))
        let (wrong, hint) = await call("topics", "--copie", "2")
        #expect(wrong == .usage && hint.contains("did you mean '--copies'?"))
    }

    @Test func `the help says which it is`() async {
        let (code, text) = await call("topics", "--help")
        #expect(code == .success)
        #expect(
            text.contains("tool topics [options] [COMMAND]") && text.contains("Without a command it does 'create'."))
    }

    @Test func `a tree in which it is not there, or needs an argument, contradicts itself`() {
        let child = Command("remove", about: "remove one", arguments: [Self.name]) { _ in }
        #expect(!Command("a", about: "b", subcommands: [child], fallback: "remove").faults().isEmpty)
        #expect(!Command("a", about: "b", subcommands: [child], fallback: "create").faults().isEmpty)
    }
}
