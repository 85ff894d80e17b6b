import Contracts

/// The hours in which nobody is disturbed over what can wait.
struct QuietHours: Sendable, Hashable {
    /// Minutes after midnight, city time. From a later to an earlier one means over midnight; equal ones mean never.
    let from: Int
    let to: Int
    let time: CityTime

    /// The first instant at or after the given one that is not quiet.
    func release(_ instant: Instant) -> Instant {
        let minute = time.minuteOfDay(instant)
        let isQuiet = from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
        guard isQuiet else { return instant }
        let minutes = (to - minute + 1_440) % 1_440
        return time.startOfMinute(instant) + .minutes(minutes)
    }

    /// How long something may have to wait at most.
    var longest: Duration { .minutes((to - from + 1_440) % 1_440) }
}
