import Contracts

extension WorkCalendar {
    /// A due time after a time that did not count: what was left of it is left still. Work time that was left stays work
    /// time; of an allowance on the clock it is hours. What had passed before stays as it was.
    func shifted(_ due: Instant, of allowance: Allowance, by gap: Gap) -> Instant {
        guard due > gap.from else { return due }
        if case .minutes = allowance { return due + (gap.to - gap.from) }
        let left = workMilliseconds(from: gap.from, to: due)
        return left == 0 ? max(due, gap.to) : self.due(workMilliseconds: left, after: gap.to)
    }

    /// When the yellow slip of a deadline is given: one work day before it, at the end of work, where the allowance is of
    /// several work days; else when three quarters of the time have passed. Nil where there is no time left for one.
    func yellow(_ due: Instant, of allowance: Allowance, after start: Instant) -> Instant? {
        let at: Instant
        switch allowance {
        case .workDays(2...):
            at = Instant(
                milliseconds: instant(of: workday(before: day(of: due)), minute: hours.last?.upperBound ?? 1_440))
        case .minutes:
            at = start + (due - start) * 3 / 4
        case .workDays, .workMinutes:
            at = self.due(workMilliseconds: workMilliseconds(from: start, to: due) * 3 / 4, after: start)
        }
        return start < at && at < due ? at : nil
    }

    /// A stretch of time that does not count.
    struct Gap: Codable, Sendable, Equatable {
        var from: Instant
        var to: Instant
    }
}
