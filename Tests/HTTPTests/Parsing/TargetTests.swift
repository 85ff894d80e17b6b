import HTTPServer
import Testing

@Suite struct TargetTests {
    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("//", ["", ""]),
        ("/a%2Fb/c", ["a/b", "c"]),  // decoded after the split
        ("/%E6%9F%B3", ["柳"]), ("/a+b", ["a+b"]), ("/%25", ["%"]),
        ("http://host:8080/a/b", ["a", "b"]), ("HTTPS://host/a", ["a"]),
    ])
    func `a path is split and then decoded`(raw: String, segments: [String]) {
        #expect(Target(raw.utf8)?.segments == segments)
    }

    @Test(arguments: [
        "", "a", "*", "http://host", "/%", "/%4", "/%zz", "/a%00b", "/%0a", "/%7F", "/\u{1}", "/%FF", "/%C0%AF",
        "/%ED%A0%80", "/.", "/..", "/a/../b", "/%2e%2e/b", "/a?%00", "/a?b=%FF", "/a?b=%",
    ])
    func `what is not well-formed is nothing`(raw: String) {
        #expect(Target(raw.utf8) == nil)
    }

    @Test func `a query is decoded as forms are`() {
        let target = Target("/a?b=1&c=%20x+y&d&&=e&b=2?&f=a%3Db".utf8)
        #expect(
            target?.query.items == [
                .init(name: "b", value: "1"), .init(name: "c", value: " x y"), .init(name: "d", value: ""),
                .init(name: "", value: "e"), .init(name: "b", value: "2?"), .init(name: "f", value: "a=b"),
            ])
    }
}
