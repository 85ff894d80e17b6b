import Testing

@testable import Arguments

@Suite struct ValueParserTests {
    @Test(arguments: [
        ("0ms", Duration.zero), ("250ms", .milliseconds(250)), ("5s", .seconds(5)), ("10m", .seconds(600)),
        ("2h", .seconds(7200)), ("7d", .seconds(604_800)), ("", nil), ("5", nil), ("s", nil), ("-5s", nil),
        ("5 s", nil),
        ("1.5s", nil), ("5sec", nil), ("5S", nil), ("٥s", nil), ("9223372036854775807d", nil),
    ])
    func `a duration is a whole number with its unit`(text: String, duration: Duration?) {
        #expect(ValueParser.duration().parse(text) == duration)
    }

    @Test(arguments: ["250ms", "90s", "10m", "36h", "7d", "1500ms", "0ms"])
    func `a duration is shown in the largest unit that fits`(text: String) throws {
        let parser = ValueParser.duration()
        #expect(parser.show(try #require(parser.parse(text))) == text)
    }

    @Test(arguments: [
        ("1", 1), ("10", 10), ("0", nil), ("11", nil), ("", nil), ("1.0", nil), (" 1", nil), ("1e1", nil),
        ("99999999999999999999", nil),
    ])
    func `a whole number stays in its range`(text: String, number: Int?) {
        #expect(ValueParser.integer(1...10).parse(text) == number)
    }

    @Test(arguments: [("0.5", 0.5), ("1", 1), ("1.01", nil), ("nan", nil), ("inf", nil), ("", nil)])
    func `a number stays in its range`(text: String, number: Double?) {
        #expect(ValueParser.number(0...1).parse(text) == number)
    }

    @Test(arguments: [
        ("topics", "topics", 0), ("topcis", "topics", 1), ("topic", "topics", 1), ("topicss", "topics", 1),
        ("tupics", "topics", 1), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func `the distance counts slips of the hand`(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
    }

    @Test func `the nearest is found if it is near, the first by name if several are`() {
        #expect(Spelling.nearest(to: "shwo", among: ["list", "show", "skip"]) == "show")
        #expect(Spelling.nearest(to: "sho", among: ["shoe", "show"]) == "shoe")
        #expect(Spelling.nearest(to: "x", among: ["list", "show"]) == nil)
        #expect(Spelling.nearest(to: "abc", among: ["xyc"]) == nil)
        #expect(Spelling.nearest(to: "x", among: []) == nil)
    }
}
