/// A point in time with the microsecond which `timestamptz` has; `Date` (a Double) would round it.
public struct Timestamp: PostgresScalar, Hashable, Comparable {
    public var microsecondsSince1970: Int64

    /// Postgres counts from 2000-01-01.
    @usableFromInline static let epochOffset: Int64 = 946_684_800_000_000

    @inlinable public init(microsecondsSince1970: Int64) { self.microsecondsSince1970 = microsecondsSince1970 }

    @inlinable public static var type: PostgresType { .timestamptz }

    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.append(microsecondsSince1970 - Self.epochOffset)
    }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Timestamp {
        let value = try bytes.integer(Int64.self, for: Self.self)
        // The two ends of the range stand for -infinity and infinity.
        guard value != .min, value != .max else { throw PostgresError(decoding: Self.self, "infinity") }
        return Timestamp(microsecondsSince1970: value + epochOffset)
    }

    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }
}
