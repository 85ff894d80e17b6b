import FoundationEssentials

/// The header field `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// From now on; nil when the value is neither.
    static func duration(_ value: String, now: Date) -> Duration? {
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        // A number too long for Int is a wait too long for anybody.
        if isNumber { return .seconds(Int(value) ?? .max) }
        return date(value).map { .seconds(max(0, $0.timeIntervalSince(now))) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the only form of a date that may be sent (RFC 9110, section 5.6.7).
    private static func date(_ value: String) -> Date? {
        let parts = value.split(separator: " ")
        guard parts.count == 6, parts[0].count == 4, parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let clock = parts[4].split(separator: ":")
        guard clock.count == 3, let day = Int(parts[1]), let year = Int(parts[3]), let hour = Int(clock[0]),
            let minute = Int(clock[1]), let second = Int(clock[2])
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
