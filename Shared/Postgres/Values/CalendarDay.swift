/// A day without a time, a `date` column. In which time zone it is a day, its column's meaning says.
public struct CalendarDay: PostgresScalar, Hashable, Comparable {
    /// 1970-01-01 is day 0.
    public var daysSince1970: Int32

    /// Postgres counts from 2000-01-01.
    @usableFromInline static let epochOffset: Int32 = 10_957

    @inlinable public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

    @inlinable public static var type: PostgresType { .date }

    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.append(daysSince1970 - Self.epochOffset)
    }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> CalendarDay {
        let value = try bytes.integer(Int32.self, for: Self.self)
        // The two ends of the range stand for -infinity and infinity.
        guard value != .min, value != .max else { throw PostgresError(decoding: Self.self, "infinity") }
        return CalendarDay(daysSince1970: value + epochOffset)
    }

    @inlinable
    public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.daysSince1970 < right.daysSince1970 }
}
