/// The text of a JSON document in a `jsonb` column.
public struct JSON: PostgresScalar, Hashable {
    public var utf8: [UInt8]

    @inlinable public init(utf8: [UInt8]) { self.utf8 = utf8 }

    /// The binary format is this version number and then the text.
    @usableFromInline static let version: UInt8 = 1

    @inlinable public static var type: PostgresType { .jsonb }

    @inlinable
    public func encode(into writer: inout ByteWriter) {
        writer.append(Self.version)
        writer.append(contentsOf: utf8)
    }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> JSON {
        guard bytes.byteCount > 0, unsafe bytes.unsafeLoad(as: UInt8.self) == version else {
            throw PostgresError(decoding: Self.self, "an unknown jsonb version")
        }
        return unsafe bytes.withUnsafeBytes { unsafe JSON(utf8: [UInt8]($0.dropFirst())) }
    }
}
