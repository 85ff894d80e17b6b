/// The name of a piece of metadata. Names are what dashboards and searches rely on, so each is written once, as a static
/// constant; a module adds its own in an extension:
///
///     extension LogKey {
///         static let partition: LogKey = "partition"
///     }
public struct LogKey: Hashable, Sendable, ExpressibleByStringLiteral {
    public let name: String

    /// - Parameter name: lower-case letters, digits and `_`, beginning with a letter; not one of the fields that every
    ///   line has.
    public init(stringLiteral name: StaticString) {
        let name = String(describing: name)
        precondition(Self.isValid(name), "a log key is lower_case and none of \(Self.reserved.sorted()): \(name)")
        self.name = name
    }

    static let reserved: Set<String> = ["ts", "level", "msg", "service"]

    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return !reserved.contains(name)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension LogKey {
    /// What went wrong, in the error's own words.
    public static let error: LogKey = "error"
    /// The part of the process that speaks.
    public static let component: LogKey = "component"
    /// How many.
    public static let count: LogKey = "count"
    /// How long it took, in seconds.
    public static let duration: LogKey = "duration_s"
    /// The trace and span that the event belongs to (W3C Trace Context).
    public static let trace: LogKey = "trace_id"
    public static let span: LogKey = "span_id"
}
