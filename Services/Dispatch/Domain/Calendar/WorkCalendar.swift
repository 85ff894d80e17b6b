import Contracts

/// When the city works: the hours of a day, the weekend, and for each year the days off and the weekend days worked
/// instead (调休). What runs in work time is due by it.
///
/// A year without an entry is worked by the weekend alone; `deadline` says so.
struct WorkCalendar: Sendable, Equatable {
    /// What a year has beside its weekends.
    struct Year: Sendable, Equatable {
        var daysOff: Set<CivilDate> = []
        /// Weekend days that are worked.
        var makeUpDays: Set<CivilDate> = []
    }

    /// A due time, and the years on the way to it that no calendar says the holidays of.
    struct Deadline: Sendable, Equatable {
        var due: Instant
        var unknownYears: [Int] = []
    }

    /// Of local time, in minutes east of Greenwich; fixed, as China has no summer time.
    var offset = 8 * 60
    /// In minutes from midnight, in order and apart: 08:30 to 12:00 and 13:30 to 17:30.
    var hours = [510..<720, 810..<1_050]
    /// 1 is Monday.
    var weekend: Set<Int> = [6, 7]
    var years: [Int: Year] = [:]

    func covers(_ year: Int) -> Bool { years[year] != nil }

    func isWorkday(_ date: CivilDate) -> Bool {
        let year = years[date.year]
        if year?.makeUpDays.contains(date) == true { return true }
        if year?.daysOff.contains(date) == true { return false }
        return !weekend.contains(date.weekday)
    }

    func due(_ allowance: Allowance, after start: Instant) -> Instant {
        switch allowance {
        case .minutes(let count): start + .seconds(count * 60)
        case .workMinutes(let count): due(workMilliseconds: Int64(count) * 60_000, after: start)
        case .workDays(let count): due(workDays: count, after: start)
        }
    }

    /// A due time with what makes it doubtful.
    func deadline(_ allowance: Allowance, after start: Instant) -> Deadline {
        let due = due(allowance, after: start)
        if case .minutes = allowance { return Deadline(due: due) }
        return Deadline(due: due, unknownYears: (date(of: start).year...date(of: due).year).filter { !covers($0) })
    }

    /// The whole minutes of work between two instants; 0 if the second is not after the first.
    func workMinutes(from start: Instant, to end: Instant) -> Int {
        Int(workMilliseconds(from: start, to: end) / 60_000)
    }

    func workMilliseconds(from start: Instant, to end: Instant) -> Int64 {
        guard start < end else { return 0 }
        var milliseconds: Int64 = 0
        for day in day(of: start)...day(of: end) {
            for stretch in stretches(of: day) {
                milliseconds += max(
                    0, min(stretch.upperBound, end.milliseconds) - max(stretch.lowerBound, start.milliseconds))
            }
        }
        return milliseconds
    }

    // MARK: Counting

    func due(workMilliseconds: Int64, after start: Instant) -> Instant {
        var left = workMilliseconds
        var day = day(of: start)
        while true {
            for stretch in stretches(of: day) where stretch.upperBound > start.milliseconds {
                let begin = max(stretch.lowerBound, start.milliseconds)
                if left <= stretch.upperBound - begin { return Instant(milliseconds: begin + left) }
                left -= stretch.upperBound - begin
            }
            day += 1
        }
    }

    private func due(workDays: Int, after start: Instant) -> Instant {
        var left = workDays
        var day = day(of: start)
        while left > 0 {
            day += 1
            if isWorkday(CivilDate(daysSince1970: day)) { left -= 1 }
        }
        return Instant(milliseconds: instant(of: day, minute: hours.last?.upperBound ?? 24 * 60))
    }

    /// The stretches of work of a day, in milliseconds since 1970.
    private func stretches(of day: Int64) -> [Range<Int64>] {
        guard isWorkday(CivilDate(daysSince1970: day)) else { return [] }
        return hours.map { instant(of: day, minute: $0.lowerBound)..<instant(of: day, minute: $0.upperBound) }
    }

    // MARK: Local days

    func date(of instant: Instant) -> CivilDate { CivilDate(daysSince1970: day(of: instant)) }

    /// The local day as days since 1970-01-01.
    func day(of instant: Instant) -> Int64 {
        let local = instant.milliseconds + Int64(offset) * 60_000
        return local >= 0 ? local / 86_400_000 : (local - 86_399_999) / 86_400_000
    }

    /// The first day before this one that is worked, as days since 1970-01-01.
    func workday(before day: Int64) -> Int64 {
        var day = day - 1
        while !isWorkday(CivilDate(daysSince1970: day)) { day -= 1 }
        return day
    }

    func instant(of day: Int64, minute: Int) -> Int64 {
        day * 86_400_000 + Int64(minute - offset) * 60_000
    }
}
