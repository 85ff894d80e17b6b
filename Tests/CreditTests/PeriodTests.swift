import Contracts
import Testing

@testable import muster_credit

struct PeriodTests {
    let calendar = CityCalendar()

    @Test(arguments: [
        (Period.day, "2026-11-24T15:59:59.999Z", "2026-11-24"), (.day, "2026-11-24T16:00:00Z", "2026-11-25"),
        (.month, "2026-11-30T15:59:59.999Z", "2026-11"), (.month, "2026-11-30T16:00:00Z", "2026-12"),
        (.year, "2026-12-31T15:59:59.999Z", "2026"), (.year, "2026-12-31T16:00:00Z", "2027"),
    ])
    func `periods begin at midnight in the city`(period: Period, at: String, name: String) {
        #expect(calendar.period(period, of: Sample.at(at)).description == name)
    }

    @Test func `a span holds exactly the instants of its period`() {
        for period in Period.allCases {
            for day in stride(from: 0, to: 3_000, by: 7) {
                let instant = Sample.start + .seconds(day * 86_400 + 3_600)
                let named = calendar.period(period, of: instant)
                let span = calendar.span(of: named)
                #expect(span.contains(instant))
                #expect(calendar.period(period, of: span.lowerBound) == named)
                #expect(calendar.period(period, of: span.upperBound) != named)
                #expect(calendar.period(period, of: span.upperBound - .milliseconds(1)) == named)
            }
        }
    }

    @Test(arguments: [
        ("2026-11-24T23:30:00+08:00", 1, "2027-11-24T00:00:00+08:00"),
        ("2028-02-29T08:00:00+08:00", 1, "2029-03-01T00:00:00+08:00"),
        ("2028-02-29T08:00:00+08:00", 4, "2032-02-29T00:00:00+08:00"),
        ("2027-12-31T23:59:59+08:00", 5, "2032-12-31T00:00:00+08:00"),
    ])
    func `an anniversary begins the same day years later`(at: String, years: Int, expected: String) {
        #expect(calendar.anniversary(of: Sample.at(at), after: years) == Sample.at(expected))
    }
}

struct PointsTests {
    @Test(arguments: [
        (0, "0.00", 0), (5, "0.05", 0), (-5, "-0.05", -1), (1_250, "12.50", 12), (-100, "-1.00", -1),
        (-101, "-1.01", -2),
    ])
    func `points are written with two digits and rounded down to whole ones`(hundredths: Int, text: String, whole: Int)
    {
        #expect(Points(hundredths: hundredths).description == text)
        #expect(Points(hundredths: hundredths).whole == whole)
    }
}
