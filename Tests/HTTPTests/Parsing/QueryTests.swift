import FoundationEssentials
import HTTPServer
import Testing

@Suite struct QueryTests {
    private enum Colour: String, CaseIterable { case red, green }

    /// What a read answers: a value, or the one thing that the problem says is wrong.
    private func outcome<T>(_ read: () throws(Problem) -> T) -> (value: T?, refusal: Problem.Violation?) {
        do { return (try read(), nil) } catch { return (nil, error.errors.first) }
    }

    private func query(_ raw: String) -> Query { Query(raw.utf8) ?? Query() }

    @Test(arguments: [("n=1", 1), ("n=500", 500), ("n=007", 7), ("", 20), ("N=3", 20)])
    func `a whole number in its range is read, and its default when absent`(raw: String, number: Int) throws {
        #expect(try query(raw).integer("n", in: 1...500, default: 20) == number)
    }

    @Test(arguments: ["n=0", "n=501", "n=", "n=x", "n=+5", "n=1.0", "n=99999999999999999999", "n=%201"])
    func `a whole number out of its range is refused by name and range`(raw: String) {
        let refusal = outcome { () throws(Problem) in try query(raw).integer("n", in: 1...500, default: 20) }.refusal
        #expect(refusal == .init(parameter: "n", "must be a whole number from 1 to 500"))
    }

    @Test func `a parameter given twice is refused, lest two readers see two values`() {
        let refusal = outcome { () throws(Problem) in try query("n=1&n=2").string("n") }.refusal
        #expect(refusal == .init(parameter: "n", "must be given once, not 2 times"))
    }

    @Test func `a text over its length is refused`() throws {
        #expect(try query("t=%E6%9F%B3").string("t", maximum: 1) == "柳")
        let refusal = outcome { () throws(Problem) in try query("t=%E6%9F%B3x").string("t", maximum: 1) }.refusal
        #expect(refusal == .init(parameter: "t", "must be at most 1 characters long"))
    }

    @Test(arguments: ["", "t="])
    func `a required text must be there and not empty`(raw: String) {
        let refusal = outcome { () throws(Problem) in try query(raw).requiredString("t") }.refusal
        #expect(refusal == .init(parameter: "t", "must be given"))
    }

    @Test func `a choice lists what may be chosen`() throws {
        #expect(try query("c=red").choice("c", of: Colour.self) == .red)
        #expect(try query("").choice("c", of: Colour.self) == nil)
        let refusal = outcome { () throws(Problem) in try query("c=blue").choice("c", of: Colour.self) }.refusal
        #expect(refusal == .init(parameter: "c", "must be one of red, green"))
    }

    @Test func `a boolean is true or false and nothing like it`() throws {
        #expect(try query("b=true").boolean("b", default: false))
        #expect(try query("").boolean("b", default: true))
        let refusal = outcome { () throws(Problem) in try query("b=1").boolean("b", default: false) }.refusal
        #expect(refusal == .init(parameter: "b", "must be true or false"))
    }

    @Test func `a date needs its zone, whose plus must be escaped`() throws {
        #expect(
            try query("since=2026-11-24T16:30:00%2B08:00").date("since") == Date(timeIntervalSince1970: 1_795_509_000))
        let refusal = outcome { () throws(Problem) in try query("since=2026-11-24").date("since") }.refusal
        #expect(
            refusal == .init(parameter: "since", "must be a date and time such as 2026-11-24T08:30:00Z or %2B08:00"))
    }

    @Test func `an unknown parameter is refused, and all of them at once`() {
        let problem = #expect(throws: Problem.self) {
            try query("limit=1&statsu=open&x=").requireOnly("status", "limit")
        }
        #expect(
            problem?.errors == [
                .init(parameter: "statsu", "is unknown here; known are limit, status"),
                .init(parameter: "x", "is unknown here; known are limit, status"),
            ])
    }
}
