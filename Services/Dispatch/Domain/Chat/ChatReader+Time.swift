import Contracts

// Days and times of day, as people write them.
extension ChatReader {
    /// `到 11-28 18:00`, `until tomorrow`, `2026年11月28日18点前`.
    mutating func time() -> ChatTime? {
        let start = position
        _ = oneOf([("到", ()), ("至", ()), ("until", ()), ("till", ()), ("to", ()), ("by", ())])
        let day = day()
        let minute = minute()
        guard day != nil || minute != nil else {
            position = start
            return nil
        }
        _ = oneOf([("前", ()), ("之前", ())])
        return ChatTime(day: day ?? .later(0), minute: minute)
    }

    /// `今天`, `tomorrow`, `2026-11-28`, `11-28`, `11/28`, `2026年11月28日`, `11月28号`.
    private mutating func day() -> ChatTime.Day? {
        if let days = oneOf(Self.namedDays) { return .later(days) }
        let start = position
        // A digit that stands right after one belongs to it: 11-281 is no day.
        if let day = writtenDay(),
            position == folded.count || !folded[position].isChatDigit || !folded[position - 1].isChatDigit
        {
            skipSpace()
            return day
        }
        position = start
        return nil
    }

    private mutating func writtenDay() -> ChatTime.Day? {
        guard let first = digits(atMost: 4) else { return nil }
        if takeMark("年") {
            guard let month = digits(atMost: 2), takeMark("月"), let day = dayOfMonth() else { return nil }
            return .written(year: first, month: month, day: day)
        }
        if takeMark("月") { return dayOfMonth().flatMap { .written(year: nil, month: first, day: $0) } }
        for mark in ["-", "/"] as [Unicode.Scalar] where takeMark(mark) {
            guard let second = digits(atMost: 2) else { return nil }
            guard takeMark(mark) else { return .written(year: nil, month: first, day: second) }
            return digits(atMost: 2).flatMap { .written(year: first, month: second, day: $0) }
        }
        return nil
    }

    private mutating func dayOfMonth() -> Int? {
        guard let day = digits(atMost: 2) else { return nil }
        if !takeMark("日") { _ = takeMark("号") }
        return day
    }

    /// `18:00`, `18点`, `18点30分`, `6点半`: minutes from midnight.
    private mutating func minute() -> Int? {
        let start = position
        guard let hour = digits(atMost: 2), hour <= 24 else {
            position = start
            return nil
        }
        var minute: Int?
        if takeMark(":") {
            minute = digits(atMost: 2)
        } else if takeMark("点") {
            minute = takeMark("半") ? 30 : digits(atMost: 2) ?? 0
            _ = takeMark("分")
        }
        guard let minute, minute < 60, hour * 60 + minute <= 24 * 60, isAtEnd || !folded[position].isChatDigit else {
            position = start
            return nil
        }
        skipSpace()
        return hour * 60 + minute
    }

    private static let namedDays = [
        ("今天", 0), ("明天", 1), ("后天", 2), ("today", 0), ("tomorrow", 1),
    ]
}
