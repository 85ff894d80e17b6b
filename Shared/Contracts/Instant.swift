/// A point in time with the millisecond that our events carry; UTC, written as RFC 3339 with three fraction digits.
///
/// Not `Date`: a Double of seconds rounds, and two services must write the same instant as the same bytes.
public struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The years that events may name: 2000 to 2099. Outside of them a time is a mistake of its sender.
    public static let range = Instant(milliseconds: 946_684_800_000)..<Instant(milliseconds: 4_102_444_800_000)

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds + duration.wholeMilliseconds)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds - duration.wholeMilliseconds)
    }

    public static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Duration {
    /// Rounded towards zero.
    public var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension Instant: LosslessStringConvertible {
    /// `2026-11-24T09:37:03.000Z`
    public var description: String {
        let (day, millisecond) = milliseconds.quotientAndRemainderFlooring(by: 86_400_000)
        let date = CivilDate(daysSince1970: day)
        let second = millisecond / 1_000
        // Digit by digit: every event has several, and joining strings was seen among what a batch costs.
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func add(_ value: Int64, _ width: Int64, _ end: Unicode.Scalar) {
            var unit = width
            while unit > 0 {
                text.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
                unit /= 10
            }
            text.append(UInt8(ascii: end))
        }
        add(Int64(date.year), 1_000, "-")
        add(Int64(date.month), 10, "-")
        add(Int64(date.day), 10, "T")
        add(second / 3_600, 10, ":")
        add(second / 60 % 60, 10, ":")
        add(second % 60, 10, ".")
        add(millisecond % 1_000, 100, "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 with any offset and up to nine fraction digits; what is finer than a millisecond is cut off.
    public init?(_ text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2), reader.skip("T", "t", " "),
            let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            reader.skip(":"), let second = reader.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var millisecond = 0
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            millisecond = fraction
        }
        guard let offset = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let minutes = Int64(hour * 60 + minute - offset)
        milliseconds = date.daysSince1970 * 86_400_000 + minutes * 60_000 + Int64(second * 1_000 + millisecond)
    }
}

extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let instant = Instant(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "is no time: write RFC 3339 with an offset, such as 2026-11-24T09:37:03.000Z"))
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Reads the fixed fields of a timestamp from ASCII.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
        guard let next, characters.contains(where: { $0.value == UInt32(next) }) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard let next, next >= 0x30, next <= 0x39 else { return nil }
        position += 1
        return Int(next - 0x30)
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to nine digits after the point, as milliseconds.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in count..<max(3, count) { value *= 10 }
        return value
    }

    /// `Z`, `+08:00` or `-05:00`, in minutes east of Greenwich.
    mutating func offsetMinutes() -> Int? {
        if skip("Z", "z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-") else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}
