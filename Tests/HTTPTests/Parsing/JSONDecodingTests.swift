import FoundationEssentials
import HTTPServer
import Testing

/// What a caller is told of a body that is not as it should be.
@Suite struct JSONDecodingTests {
    private struct Report: Decodable, Equatable {
        enum Kind: String, Codable, CaseIterable { case road, water }
        struct Photo: Decodable, Equatable {
            var width: UInt8
            var url: String?
        }

        var id: UUID?
        var kind: Kind?
        var grid: Int
        var at: Date?
        var photos: [Photo]?
        var marks: [String: Bool]?
        var size: Double?
    }

    private func problem(_ text: String) -> Problem? { problem(Array(text.utf8)) }

    private func problem(_ body: [UInt8]) -> Problem? {
        do {
            _ = try JSON.decode(Report.self, from: body, depth: 5)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a good body is decoded`() throws {
        let text = """
            {"grid": 7, "kind": "road", "at": "2026-11-24T16:30:00.25+08:00", "photos": [{"width": 255, "url": "柳\\ud83d\\ude00"}],
             "id": "7D3F2C1A-5B6E-4F80-9A1B-2C3D4E5F6A7B", "marks": {"a": true}, "size": 1e3, "unknown": [null, -0.5]}
            """
        let report = try JSON.decode(Report.self, from: Array(text.utf8), depth: 5)
        #expect(
            report
                == Report(
                    id: UUID(uuidString: "7D3F2C1A-5B6E-4F80-9A1B-2C3D4E5F6A7B"), kind: .road, grid: 7,
                    at: Date(timeIntervalSince1970: 1_795_509_000.25), photos: [.init(width: 255, url: "柳😀")],
                    marks: ["a": true], size: 1_000))
    }

    @Test(arguments: [
        ("", "expected a value at the end of the body"),
        ("{", "expected a member's name in quotes at the end of the body"),
        ("{\"grid\":1,}", "expected a member's name in quotes at line 1, column 11"),
        ("{\"grid\":1\n,\n x", "expected a member's name in quotes at line 3, column 2"),
        ("{\"grid\" 1}", "expected a colon at line 1, column 9"),
        ("{\"grid\":1 \"a\":2}", "expected a comma or } at line 1, column 11"),
        ("[1,]", "expected a value at line 1, column 4"),
        ("[1 2]", "expected a comma or ] at line 1, column 4"),
        ("{\"grid\":01}", "expected a comma or } at line 1, column 10"),
        ("{\"grid\":-}", "expected a digit at line 1, column 10"),
        ("{\"grid\":1.}", "expected a digit at line 1, column 11"),
        ("{\"grid\":1e+}", "expected a digit at line 1, column 12"),
        ("{\"grid\":+1}", "expected a value at line 1, column 9"),
        ("{\"grid\":nul}", "expected null at line 1, column 12"),
        ("{'grid':1}", "expected a member's name in quotes at line 1, column 2"),
        ("{\"a\":1, \"grid\":2,\"a\":1}", "expected a name that the object does not have yet at line 1, column 18"),
        (
            "{\((0..<40).map { "\"m\($0)\":{\"m\":[]}" }.joined(separator: ",")),\"m39\":0}",
            "expected a name that the object does not have yet at line 1, column 592"
        ),
        ("{\"grid\":1} x", "expected the end at line 1, column 12"),
        ("\u{feff}{\"grid\":1}", "expected a value at line 1, column 1"),
        ("\"a", "expected a closing quote at the end of the body"),
        ("\"a\nb\"", "expected an escape in place of a control character at line 1, column 3"),
        (#""\x""#, "expected an escape at line 1, column 3"),
        (#""\u00g0""#, "expected four hexadecimal digits at line 1, column 6"),
        (#""\u0000""#, "expected text without \\u0000 at line 1, column 8"),
        (#""\ud800""#, "expected the second half of a surrogate pair at line 1, column 8"),
        (#""\ud800\u0041""#, "expected the second half of a surrogate pair at line 1, column 14"),
        (#""\udc00""#, "expected the first half of a surrogate pair before the second at line 1, column 8"),
    ])
    func `what is not JSON is refused with the place`(text: String, expected: String) {
        #expect(problem(text) == Problem(.malformedJSON, errors: [.init(pointer: "#", "must be JSON: \(expected)")]))
    }

    @Test(
        arguments: [
            [0xff], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xe6, 0x9f, 0x22],
        ] as [[UInt8]])
    func `what is not UTF-8 is refused, not mended`(body: [UInt8]) {
        #expect(problem(body)?.type == "/problems/invalid-utf8")
    }

    @Test func `nesting is bounded, and brackets in texts do not count`() {
        #expect(problem("{\"grid\":1,\"x\":[[[[1]]]]}") == nil)
        #expect(problem("{\"grid\":1,\"x\":\"[[[[[[[[[[[[\\\"[\"}") == nil)
        #expect(
            problem("{\"grid\":1,\"x\":[[[[[1]]]]]}")
                == Problem(
                    .nestedTooDeep,
                    errors: [.init(pointer: "#", "must be nested at most 5 deep, which ends at line 1, column 19")]))
        #expect(problem(String(repeating: "[", count: 1_000_000))?.type == "/problems/nested-too-deep")
    }

    @Test(arguments: [
        ("{}", "#/grid", "must be there"),
        ("{\"grid\":1,\"photos\":[{\"width\":1},{}]}", "#/photos/1/width", "must be there"),
    ])
    func `a missing member is named by its pointer`(text: String, pointer: String, detail: String) {
        #expect(problem(text) == Problem(.missingMember, errors: [.init(pointer: pointer, detail)]))
    }

    @Test(arguments: [
        ("[]", "#", "must be an object, not an array"),
        ("{\"grid\":\"1\"}", "#/grid", "must be a whole number, not a string"),
        ("{\"grid\":null}", "#/grid", "must be a whole number, not null"),
        ("{\"grid\":1,\"photos\":{}}", "#/photos", "must be an array, not an object"),
        ("{\"grid\":1,\"photos\":[{\"width\":1,\"url\":2}]}", "#/photos/0/url", "must be a string, not a number"),
        ("{\"grid\":1,\"marks\":{\"a/b~ü\":1}}", "#/marks/a~1b~0%C3%BC", "must be true or false, not a number"),
        ("{\"grid\":1,\"size\":true}", "#/size", "must be a number, not a boolean"),
        ("{\"grid\":1,\"kind\":7}", "#/kind", "must be a string, not a number"),
        ("{\"grid\":1,\"at\":7}", "#/at", "must be a date and time such as 2026-11-24T08:30:00Z, not a number"),
    ])
    func `a wrong type is named with what it is and must be`(text: String, pointer: String, detail: String) {
        #expect(problem(text) == Problem(.wrongType, errors: [.init(pointer: pointer, detail)]))
    }

    @Test(arguments: [
        ("{\"grid\":3.5}", "#/grid", "must be a whole number from -9223372036854775808 to 9223372036854775807"),
        ("{\"grid\":1e99}", "#/grid", "must be a whole number from -9223372036854775808 to 9223372036854775807"),
        ("{\"grid\":1,\"photos\":[{\"width\":256}]}", "#/photos/0/width", "must be a whole number from 0 to 255"),
        ("{\"grid\":1,\"photos\":[{\"width\":-1}]}", "#/photos/0/width", "must be a whole number from 0 to 255"),
        ("{\"grid\":1,\"kind\":\"air\"}", "#/kind", "must be one of road, water"),
        (
            "{\"grid\":1,\"at\":\"2026-02-30T00:00:00Z\"}", "#/at",
            "must be a date and time such as 2026-11-24T08:30:00Z"
        ),
        ("{\"grid\":1,\"id\":\"7\"}", "#/id", "must be a UUID such as 7d3f2c1a-5b6e-4f80-9a1b-2c3d4e5f6a7b"),
    ])
    func `a wrong value is named with what is allowed`(text: String, pointer: String, detail: String) {
        #expect(problem(text) == Problem(.invalidValue, errors: [.init(pointer: pointer, detail)]))
    }

    @Test func `an initialiser's own problem goes through as it is`() {
        struct Picky: Decodable {
            init(from decoder: any Decoder) throws { throw Problem(status: 409, detail: "not on Sundays") }
        }
        let problem = #expect(throws: Problem.self) { try JSON.decode(Picky.self, from: Array("{}".utf8), depth: 5) }
        #expect(problem == Problem(status: 409, detail: "not on Sundays"))
    }

    @Test func `an unexpected error of an initialiser tells nothing`() {
        struct Secret: Error {}
        struct Leaky: Decodable {
            init(from decoder: any Decoder) throws { throw Secret() }
        }
        let problem = #expect(throws: Problem.self) { try JSON.decode(Leaky.self, from: Array("{}".utf8), depth: 5) }
        #expect(problem == Problem(.invalidValue, errors: [.init(pointer: "#", "could not be read")]))
    }
}
