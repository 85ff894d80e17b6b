import HTTPServer
import Testing

@Suite struct ServerSentEventTests {
    private func text(_ event: ServerSentEvent) -> String { String(decoding: event.bytes, as: UTF8.self) }

    @Test func `an event is written field by field`() {
        let event = ServerSentEvent(id: "7", event: "case", data: "{}", retry: .milliseconds(1_500))
        #expect(text(event) == "id: 7\nevent: case\nretry: 1500\ndata: {}\n\n")
    }

    @Test(arguments: [
        ("a\nb", "data: a\ndata: b\n\n"), ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"), ("", "data: \n\n"),
        ("a\n", "data: a\ndata: \n\n"), ("a\u{2028}b", "data: a\u{2028}b\n\n"), (" a", "data:  a\n\n"),
    ])
    func `each line of data is a field, and only the standard's line ends count`(data: String, expected: String) {
        #expect(text(ServerSentEvent(data: data)) == expected)
    }

    @Test func `a line break cannot smuggle a field into an event`() {
        let event = ServerSentEvent(id: "1\ndata: x", event: "a\r\nid: 2\u{0}", data: "d")
        #expect(text(event) == "id: 1data: x\nevent: aid: 2\u{0}\ndata: d\n\n")
    }
}
