/// Which trace an operation belongs to, and which step of it this is (W3C Trace Context, `traceparent` version 00).
///
/// A value is valid by construction: neither of its ids is all zero.
public struct TraceContext: Hashable, Sendable {
    /// 128 bits, the same over all steps.
    public let traceHigh: UInt64
    public let traceLow: UInt64
    /// 64 bits, this step's own.
    public let span: UInt64
    /// Bit 0: the caller may have recorded this trace. Other bits are not passed on.
    public let isSampled: Bool

    /// A trace of its own, beginning here.
    public init(isSampled: Bool = true, using generator: inout some RandomNumberGenerator) {
        traceHigh = generator.next()
        traceLow = .random(in: 1 ... .max, using: &generator)
        span = .random(in: 1 ... .max, using: &generator)
        self.isSampled = isSampled
    }

    /// A trace of its own, beginning here, with ids from the system's random numbers.
    public init(isSampled: Bool = true) {
        var generator = SystemRandomNumberGenerator()
        self.init(isSampled: isSampled, using: &generator)
    }

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
    }

    /// The next step of the same trace.
    public func child(using generator: inout some RandomNumberGenerator) -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: .random(in: 1 ... .max, using: &generator),
            isSampled: isSampled)
    }

    /// The next step of the same trace.
    public func child() -> TraceContext {
        var generator = SystemRandomNumberGenerator()
        return child(using: &generator)
    }

    /// Nil for what is not a valid `traceparent`, which the standard has us treat like none at all. Of a later version
    /// the first four fields are read as those of version 00.
    public init?(traceparent: String) {
        let text = Array(traceparent.utf8)
        guard text.count >= 55, let version = Self.hex(text[0..<2]), version != 0xFF else { return nil }
        guard text.count == 55 || (version > 0 && text[55] == Self.dash) else { return nil }
        guard text[2] == Self.dash, text[35] == Self.dash, text[52] == Self.dash else { return nil }
        guard let high = Self.hex(text[3..<19]), let low = Self.hex(text[19..<35]), let span = Self.hex(text[36..<52]),
            let flags = Self.hex(text[53..<55])
        else { return nil }
        guard high != 0 || low != 0, span != 0 else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    /// As it is sent on: 55 characters.
    public var traceparent: String {
        "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")"
    }

    /// 32 lower-case digits.
    public var traceID: String { Self.digits(traceHigh) + Self.digits(traceLow) }
    /// 16 lower-case digits.
    public var spanID: String { Self.digits(span) }

    /// For the log: `log.with(trace.logMetadata)`.
    public var logMetadata: LogMetadata { [.trace: traceID, .span: spanID] }

    private static let dash = UInt8(ascii: "-")

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Lower-case digits alone: the standard allows no others.
    private static func hex(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
