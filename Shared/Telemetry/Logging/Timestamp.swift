import Glibc

/// A moment of the machine's wall clock.
struct Timestamp: Equatable, Sendable {
    /// Since 1970.
    var seconds: Int64
    var nanoseconds: Int64

    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-05T08:30:00.250Z`.
    func append(to bytes: inout [UInt8]) {
        // Counted in years that begin on 1 March, the leap day is a year's last (Howard Hinnant, "chrono-compatible
        // low-level date algorithms", civil_from_days).
        let days = (seconds / 86_400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        bytes.append(year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        appendTimeOfDay(to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// In UTC: `08:30:00.250`.
    func appendTimeOfDay(to bytes: inout [UInt8]) {
        bytes.append(seconds / 3600 % 24, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(seconds / 60 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(seconds % 60, digits: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(nanoseconds / 1_000_000, digits: 3)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: Int64, digits: Int) {
        let start = count
        var rest = number
        for _ in 0..<digits {
            insert(UInt8(ascii: "0") + UInt8(rest % 10), at: start)
            rest /= 10
        }
    }
}
