/// A `bytea`. Not `[UInt8]`, which is to the type system an array of small integers.
public struct Bytes: PostgresScalar, Hashable {
    public var bytes: [UInt8]

    @inlinable public init(_ bytes: [UInt8]) { self.bytes = bytes }

    @inlinable public static var type: PostgresType { .bytea }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(contentsOf: bytes) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Bytes {
        unsafe bytes.withUnsafeBytes { unsafe Bytes([UInt8]($0)) }
    }
}
