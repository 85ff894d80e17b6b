/// An enum with raw values is stored as these: `extension Stage: PostgresScalar {}` is all it needs.
extension PostgresScalar where Self: RawRepresentable, RawValue: PostgresScalar {
    @inlinable public static var type: PostgresType { RawValue.type }

    @inlinable public static func canDecode(_ oid: UInt32) -> Bool { RawValue.canDecode(oid) }

    @inlinable public func encode(into writer: inout ByteWriter) { rawValue.encode(into: &writer) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(bytes)) else {
            throw PostgresError(decoding: Self.self, "a raw value that no case has")
        }
        return value
    }
}
