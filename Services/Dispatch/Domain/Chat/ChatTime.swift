import Contracts

/// A time as people write it; which instant is meant follows from when they wrote it.
struct ChatTime: Sendable, Equatable {
    enum Day: Sendable, Equatable {
        /// So many days after the one on which it was written.
        case later(Int)
        /// Without a year it is the next such day.
        case written(year: Int?, month: Int, day: Int)
    }

    let day: Day
    /// From midnight; nil for the end of the day's work.
    let minute: Int?

    /// - Returns: nil for a day that there is not.
    func instant(writtenAt time: Instant, _ calendar: WorkCalendar) -> Instant? {
        let today = calendar.day(of: time)
        guard let day = number(today) else { return nil }
        return Instant(
            milliseconds: calendar.instant(of: day, minute: minute ?? calendar.hours.last?.upperBound ?? 24 * 60))
    }

    /// As days since 1970-01-01.
    private func number(_ today: Int64) -> Int64? {
        switch day {
        case .later(let days): return today + Int64(days)
        case .written(let year?, let month, let day):
            return CivilDate(year: year, month: month, day: day)?.daysSince1970
        case .written(nil, let month, let day):
            let year = CivilDate(daysSince1970: today).year
            let dates = [year, year + 1].compactMap { CivilDate(year: $0, month: month, day: day)?.daysSince1970 }
            return dates.first { $0 >= today }
        }
    }
}
