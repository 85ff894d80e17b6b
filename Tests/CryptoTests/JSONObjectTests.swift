import Testing

@testable import Crypto

@Suite struct JSONObjectTests {
    @Test(arguments: [
        #"{"a":"\u0000"}"#, #"{"\u0000":1}"#, #"{"a":1,"a":2}"#, #"{"a":1}{}"#, #"{"a":1e999}"#, "{'a':1}",
        "{\"a\":1,}",
    ])
    func `what readers could take in two ways is refused`(text: String) {
        #expect(throws: NotAnObject.self) { _ = try object(text) }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        let isRefused = JSONObject(parsing: Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8)) == nil
        #expect(isRefused)
    }

    @Test func `a hostile depth is refused, not followed`() {
        let nested = String(repeating: #"{"a":"#, count: 100_000) + "1" + String(repeating: "}", count: 100_000)
        #expect(throws: NotAnObject.self) { _ = try object(nested) }
    }

    @Test func `members are written in the order of their names`() throws {
        var json = JSONObject()
        json.set("b", ["x", "\"\n"])
        json.set("a", "网格")
        json.set("c", -7)
        #expect(String(decoding: json.serialized(), as: UTF8.self) == #"{"a":"网格","b":["x","\"\n"],"c":-7}"#)
    }
}
