/// An optional is a column that may be null.
extension Optional: PostgresValue where Wrapped: PostgresScalar {
    @inlinable public static var type: PostgresType { Wrapped.type }

    @inlinable public var isNull: Bool { self == nil }

    @inlinable public func encode(into writer: inout ByteWriter) { self?.encode(into: &writer) }

    @inlinable public static func canDecode(_ oid: UInt32) -> Bool { Wrapped.canDecode(oid) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Wrapped? { try Wrapped.decode(bytes) }

    @inlinable public static func decodeNull() throws(PostgresError) -> Wrapped? { nil }
}

extension Optional: PostgresScalar where Wrapped: PostgresScalar {}
