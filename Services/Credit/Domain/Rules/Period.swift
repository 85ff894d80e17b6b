import Contracts

/// A stretch of the city's calendar that caps and curves are counted in.
enum Period: String, Choice, Comparable {
    case day, month, year

    static func < (left: Period, right: Period) -> Bool { left.length < right.length }

    private var length: Int {
        switch self {
        case .day: 0
        case .month: 1
        case .year: 2
        }
    }
}

/// One certain day, month or year, by the first day of it.
struct CalendarPeriod: Sendable, Hashable, Comparable {
    let period: Period
    let first: CivilDate

    static func < (left: CalendarPeriod, right: CalendarPeriod) -> Bool {
        (left.first, left.period) < (right.first, right.period)
    }
}

extension CalendarPeriod: CustomStringConvertible {
    /// `2026-11-24`, `2026-11`, `2026`
    var description: String {
        let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        switch period {
        case .day: return "\(first.year)-\(digits(first.month))-\(digits(first.day))"
        case .month: return "\(first.year)-\(digits(first.month))"
        case .year: return "\(first.year)"
        }
    }
}

/// The city's calendar: a fixed offset from UTC, since China keeps no summer time.
struct CityCalendar: Sendable, Hashable {
    /// Milliseconds east of Greenwich.
    private let offset: Int64

    init(offset: Duration = .seconds(8 * 3_600)) { self.offset = offset.wholeMilliseconds }

    func date(of instant: Instant) -> CivilDate {
        // Events begin in 2000, so that rounding towards zero is rounding down.
        CivilDate(daysSince1970: (instant.milliseconds + offset) / Self.day)
    }

    func start(of date: CivilDate) -> Instant {
        Instant(milliseconds: date.daysSince1970 * Self.day - offset)
    }

    private static let day: Int64 = 86_400_000

    func period(_ period: Period, of instant: Instant) -> CalendarPeriod {
        let date = date(of: instant)
        switch period {
        case .day: return CalendarPeriod(period: .day, first: date)
        case .month: return CalendarPeriod(period: .month, first: date.firstOfMonth)
        case .year: return CalendarPeriod(period: .year, first: date.firstOfYear)
        }
    }

    /// From its first instant to the first one after it.
    func span(of period: CalendarPeriod) -> Range<Instant> {
        let next: CivilDate
        switch period.period {
        case .day: next = CivilDate(daysSince1970: period.first.daysSince1970 + 1)
        case .month: next = CivilDate(daysSince1970: period.first.daysSince1970 + 31).firstOfMonth
        case .year: next = CivilDate(daysSince1970: period.first.daysSince1970 + 366).firstOfYear
        }
        return start(of: period.first)..<start(of: next)
    }

    /// Where the day of an instant begins that many years later; 29 February's is 1 March where there is none.
    func anniversary(of instant: Instant, after years: Int) -> Instant {
        let date = date(of: instant)
        let same = CivilDate(year: date.year + years, month: date.month, day: date.day)
        return start(of: same ?? CivilDate(daysSince1970: date.daysSince1970 + 1).yearsLater(years))
    }
}

extension CivilDate {
    var firstOfMonth: CivilDate { CivilDate(daysSince1970: daysSince1970 - Int64(day - 1)) }

    var firstOfYear: CivilDate { CivilDate(year: year, month: 1, day: 1) ?? self }

    /// Of any day but 29 February.
    fileprivate func yearsLater(_ years: Int) -> CivilDate {
        CivilDate(year: year + years, month: month, day: day) ?? self
    }
}
