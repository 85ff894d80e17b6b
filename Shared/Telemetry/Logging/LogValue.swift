/// A piece of metadata, as it is written.
public enum LogValue: Hashable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)
}

/// What can stand in a log line. A module may add its own types: ids, enumerations, errors.
public protocol LogValueConvertible {
    var logValue: LogValue { get }
}

extension LogValue: LogValueConvertible {
    public var logValue: LogValue { self }
}

extension String: LogValueConvertible {
    public var logValue: LogValue { .string(self) }
}

extension Substring: LogValueConvertible {
    public var logValue: LogValue { .string(String(self)) }
}

extension Bool: LogValueConvertible {
    public var logValue: LogValue { .bool(self) }
}

extension Double: LogValueConvertible {
    public var logValue: LogValue { .double(self) }
}

extension Duration: LogValueConvertible {
    /// In seconds.
    public var logValue: LogValue { .double(self / .seconds(1)) }
}

extension LogValueConvertible where Self: BinaryInteger {
    /// As text where a JSON reader could not hold it.
    public var logValue: LogValue { Int64(exactly: self).map(LogValue.int) ?? .string(String(self)) }
}

extension Int: LogValueConvertible {}
extension Int64: LogValueConvertible {}
extension Int32: LogValueConvertible {}
extension Int16: LogValueConvertible {}
extension UInt: LogValueConvertible {}
extension UInt64: LogValueConvertible {}
extension UInt32: LogValueConvertible {}
extension UInt16: LogValueConvertible {}
extension UInt8: LogValueConvertible {}

extension LogValueConvertible where Self: RawRepresentable, RawValue: LogValueConvertible {
    public var logValue: LogValue { rawValue.logValue }
}
