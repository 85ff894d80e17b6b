public import FoundationEssentials

extension Bool: PostgresScalar {
    @inlinable public static var type: PostgresType { .bool }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(UInt8(self ? 1 : 0)) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Bool {
        try bytes.integer(UInt8.self, for: Self.self) != 0
    }
}

extension Int16: PostgresScalar {
    @inlinable public static var type: PostgresType { .int2 }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(self) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Int16 {
        try bytes.integer(Int16.self, for: Self.self)
    }
}

extension Int32: PostgresScalar {
    @inlinable public static var type: PostgresType { .int4 }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(self) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Int32 {
        try bytes.integer(Int32.self, for: Self.self)
    }
}

extension Int64: PostgresScalar {
    @inlinable public static var type: PostgresType { .int8 }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(self) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Int64 {
        try bytes.integer(Int64.self, for: Self.self)
    }
}

extension Double: PostgresScalar {
    @inlinable public static var type: PostgresType { .float8 }

    @inlinable public func encode(into writer: inout ByteWriter) { writer.append(bitPattern) }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> Double {
        Double(bitPattern: try bytes.integer(UInt64.self, for: Self.self))
    }
}

extension String: PostgresScalar {
    @inlinable public static var type: PostgresType { .text }

    /// `text`, `varchar`, `char(n)` and `name` have one binary format.
    @inlinable
    public static func canDecode(_ oid: UInt32) -> Bool {
        switch oid {
        case 25, 1043, 1042, 19: true
        default: false
        }
    }

    @inlinable
    public func encode(into writer: inout ByteWriter) {
        var copy = self
        copy.withUTF8 { unsafe writer.append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> String {
        // A database in SQL_ASCII sends what was stored. Replacement characters would hide that.
        guard let text = unsafe bytes.withUnsafeBytes({ unsafe String(validating: $0, as: UTF8.self) }) else {
            throw PostgresError(decoding: Self.self, "bytes that are not UTF-8")
        }
        return text
    }
}

extension UUID: PostgresScalar {
    @inlinable public static var type: PostgresType { .uuid }

    @inlinable
    public func encode(into writer: inout ByteWriter) {
        unsafe withUnsafeBytes(of: uuid) { unsafe writer.append(contentsOf: $0) }
    }

    @inlinable
    public static func decode(_ bytes: RawSpan) throws(PostgresError) -> UUID {
        guard bytes.byteCount == 16 else { throw PostgresError(decoding: Self.self, "\(bytes.byteCount) bytes") }
        return UUID(uuid: unsafe bytes.unsafeLoadUnaligned(as: uuid_t.self))
    }
}
