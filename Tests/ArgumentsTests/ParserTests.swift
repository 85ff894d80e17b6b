import Arguments
import Testing

@Suite struct ParserTests {
    @Test func `an option's value reaches the command`() async {
        let port = Option("port", value: "PORT", about: "where to listen", parser: .integer(1...65535), default: 8080)
        let tool = CommandLineTool(
            Command("muster", about: "runs", options: [port]) { values in
                #expect(values[port] == 9000)
            })
        let code = await tool.run(["--port=9000"], environment: [:])
        #expect(code == .success)
    }
}
