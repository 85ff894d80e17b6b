import FoundationEssentials
import HTTPServer
import Testing

@Suite struct RFC3339Tests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2026-11-24T08:30:00Z", 1_795_509_000),
        ("2026-11-24T16:30:00+08:00", 1_795_509_000),
        ("2026-11-24T03:30:00-05:00", 1_795_509_000), ("2026-11-24t08:30:00z", 1_795_509_000),
        ("2026-11-24T08:30:00.5Z", 1_795_509_000.5), ("2026-11-24T08:30:00.1234567Z", 1_795_509_000.123456),
        ("2024-02-29T00:00:00Z", 1_709_164_800), ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func `a date and time with a zone is read`(text: String, seconds: Double) {
        #expect(RFC3339.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "", "2026-11-24", "2026-11-24T08:30:00", "2026-11-24T08:30Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T08:60:00Z", "2026-11-24T08:30:61Z", "2026-11-24T08:30:00.Z", "2026-11-24T08:30:00+0800",
        "2026-11-24T08:30:00+24:00", "2026-11-24T08:30:00Zx", " 2026-11-24T08:30:00Z", "26-11-24T08:30:00Z",
        "2026-11-24T08:30:00+08", "２026-11-24T08:30:00Z", "-026-11-24T08:30:00Z",
    ])
    func `anything else is not`(text: String) {
        #expect(RFC3339.date(text) == nil)
    }

    @Test(arguments: [
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2026-11-24T08:30:00.129Z", "2024-02-29T23:59:59.5Z",
        "2000-12-31T00:00:00.000001Z", "1600-03-01T12:00:00Z", "9999-12-31T23:59:59Z",
    ])
    func `what is written is what was read`(text: String) {
        #expect(RFC3339.date(text).map(RFC3339.text) == text)
    }

    @Test func `every day of 400 years follows the one before`() {
        var expected = -11_676_096_000.0  // 1600-01-01
        for year in 1600..<2000 {
            for month in 1...12 {
                for day in 1...31 {
                    let parts = [(year, 4), (month, 2), (day, 2)].map { number, width in
                        String(repeating: "0", count: width - String(number).count) + String(number)
                    }
                    let text = parts.joined(separator: "-") + "T00:00:00Z"
                    guard let date = RFC3339.date(text) else { continue }
                    if date.timeIntervalSince1970 != expected || RFC3339.text(date) != text {
                        Issue.record("\(text) is \(date.timeIntervalSince1970), not \(expected)")
                        return
                    }
                    expected += 86_400
                }
            }
        }
        #expect(expected == 946_684_800)  // 2000-01-01
    }
}
