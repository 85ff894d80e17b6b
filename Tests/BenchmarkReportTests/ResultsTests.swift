import Testing

@testable import BenchmarkReport

@Suite struct ResultsTests {
    @Test func takesAllRunsOfEachFigure() throws {
        let results = try Results("a.rate\t3\na.rate\t1\nb.p50\t0.5\na.rate\t2\n")
        let rate = try #require(results["a.rate"])
        #expect((rate.least, rate.median, rate.most) == (1, 2, 3))
        #expect(results["b.p50"]?.values == [0.5])
        #expect(results["c"] == nil)
    }

    @Test(arguments: ["a 1", "a\tmany", "a\t1\t2", "a\tnan", "\ta\t"])
    func namesALineThatIsNoValue(_ line: String) {
        let fault = #expect(throws: Results.Fault.self) { try Results("x\t1\n\(line)\n") }
        #expect(fault?.line == 2)
        #expect(fault?.description.contains("not a name, a tab and a number") == true)
    }

    @Test(
        arguments: zip(
            [0.126, 7.04, 31.6, 134.2, 7_168.4, 1_234_567], ["0.13", "7.04", "31.6", "134", "7,168", "1,234,567"]))
    func writesThreeDigitsThatCount(_ value: Double, _ text: String) { #expect(Measure.perSecond.text(value) == text) }

    @Test(arguments: zip([[7], [1, 2], [4, 1, 3, 2], [5, 1, 3]], [7, 1.5, 2.5, 3]))
    func takesTheMiddleOfEvenNumbersOfRunsToo(_ values: [Double], _ median: Double) {
        #expect(Figure(values: values).median == median)
    }

    @Test func writesMegabytesWhole() { #expect(Measure.megabytes.text(29.0) == "29") }
}

@Suite struct ComparisonTests {
    private let rate = Comparison(
        row: "r", what: "w", measure: .perSecond, ours: "ours", other: .init(name: "other", who: "o", title: "t"),
        reach: .times(2))
    private let delay = Comparison(
        row: "r", what: "w", measure: .milliseconds, ours: "ours", other: .init(name: "other", who: "o", title: "t"),
        reach: .value(5))

    /// Ours are 10, 20 and 40, the other's 5, 10 and 20.
    private func results() throws -> Results {
        try Results([10, 20, 40].map { "ours\t\($0)\n" }.joined() + [5, 10, 20].map { "other\t\($0)\n" }.joined())
    }

    @Test func moreASecondIsBetter() throws {
        let times = try #require(rate.times(in: results()))
        #expect((times.median, times.range, times.reach) == (2, 0.5...8, 2))
    }

    @Test func lessTimeIsBetter() throws {
        let times = try #require(delay.times(in: results()))
        #expect((times.median, times.range, times.reach) == (0.5, 0.125...2, 2))
    }

    @Test func isNothingWithoutTheOther() throws {
        #expect(try rate.times(in: Results("ours\t1\n")) == nil)
        #expect(try delay.times(in: Results("ours\t0\nother\t1\n")) == nil)
    }

    /// A figure that two lines of the table called by the same name would be one that nobody can look up.
    @Test func namesEachFigureOnceForEachThatItIsBeside() {
        let pairs = Comparison.all.map { [$0.ours, $0.other?.name ?? ""] }
        #expect(Set(pairs).count == pairs.count)
    }
}

@Suite struct ReportTests {
    private static let text =
        "findings.published\t22000\nsink.rows\t11000\nchain.20.p50\t30.5\nchain.20.p50\t20.5\nchain.20.p50\t25.5\n"

    @Test func tableHasWhatWasMeasuredAndNothingElse() throws {
        let lines = try ResultsTable.text(Results(Self.text)).split(separator: "\n").dropFirst(2)
        #expect(
            lines == [
                "| findings | findings from a backlog: validated, known by id, stored and published | **22,000**/s (one run) "
                    + "| Kafka Connect, Debezium's JDBC sink, stored only: **11,000**/s (one run) | 2 | 2 times |",
                "| chain | a finding to the end of its notice, through all four, 20 a second: p50 | **25.5** ms (20.5–30.5, 3) "
                    + "|  |  | 25.0 ms |",
            ])
    }

    /// Twice as good is as far right of the middle as half as good is left of it, and what is off the scale stands at its end.
    @Test func pictureHasADotForWhatStandsBesideAnother() throws {
        func dots(_ ours: Double) throws -> [Double] {
            let svg = try ResultsPicture.svg(Results("findings.published\t\(ours)\nsink.rows\t100\n"))
            #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
            return svg.split(separator: "<circle cx=\"").dropFirst().compactMap { Double($0.prefix { $0 != "\"" }) }
        }
        let middle = try #require(dots(100).first)
        let (twice, half) = (try #require(dots(200).first), try #require(dots(50).first))
        #expect(abs((twice - middle) - (middle - half)) < 0.2)
        #expect(twice > middle)
        #expect(try dots(1e9) == dots(3_000))
        #expect(try ResultsPicture.svg(Results("")).contains("<circle") == false)
    }
}
