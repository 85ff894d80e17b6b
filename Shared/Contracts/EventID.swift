import Crypto
public import FoundationEssentials

/// The id of an event or of a thing that an event made: a UUID, written in lower case.
///
/// Ours sort by time. `v7` is for what begins with us; `derived` for every effect, so that doing the same thing twice
/// makes the same id.
public struct EventID: Sendable, Hashable, Comparable {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    /// UUIDv7 (RFC 9562): 48 bits of milliseconds and 74 random bits.
    public static func v7(at now: Instant) -> EventID {
        var random = SystemRandomNumberGenerator()
        let words = [random.next(), random.next()]
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        return EventID(time: now, rest: bytes, version: 7)
    }

    /// The id of an effect: UUIDv8 (RFC 9562) of the cause's time in milliseconds and of the SHA-256 of the cause's id,
    /// the effect's type, what it is about and its number among effects that are otherwise alike.
    public static func derived(
        from cause: String, at occurredAt: Instant, type: String, subject: String, ordinal: Int = 0
    ) -> EventID {
        let text = "\(cause)\u{0}\(type)\u{0}\(subject)\u{0}\(ordinal)"
        return EventID(time: occurredAt, rest: SHA256.digest(of: text).bytes, version: 8)
    }

    private init(time: Instant, rest: [UInt8], version: UInt8) {
        let milliseconds = UInt64(bitPattern: max(0, time.milliseconds))
        var b = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - $0 * 8)) } + rest.prefix(10)
        b[6] = b[6] & 0x0f | version << 4
        b[8] = b[8] & 0x3f | 0x80
        self.init(bytes: b)
    }

    /// - Parameter b: sixteen bytes.
    private init(bytes b: [UInt8]) {
        uuid = UUID(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
            ))
    }

    public static func < (left: EventID, right: EventID) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

    private var bytes: [UInt8] {
        let u = uuid.uuid
        return [u.0, u.1, u.2, u.3, u.4, u.5, u.6, u.7, u.8, u.9, u.10, u.11, u.12, u.13, u.14, u.15]
    }
}

extension EventID: LosslessStringConvertible {
    /// Reads 8-4-4-4-12 hexadecimal digits, of either case. Not by Foundation, as the next one: every event has several, and
    /// there they go through `sscanf` and `snprintf`.
    public init?(_ text: String) {
        guard text.utf8.count == Self.length else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var digits = text.utf8.makeIterator()
        while bytes.count < 16 {
            if Self.isAfterDash(bytes.count), digits.next() != UInt8(ascii: "-") { return nil }
            guard let byte = Hex.byte(from: &digits) else { return nil }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
    }

    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(Self.length)
        for (index, byte) in bytes.enumerated() {
            if Self.isAfterDash(index) { text.append(UInt8(ascii: "-")) }
            Hex.append(byte, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let length = 36
    private static func isAfterDash(_ byte: Int) -> Bool { byte == 4 || byte == 6 || byte == 8 || byte == 10 }
}

extension EventID: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = EventID(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "is no UUID: write 8-4-4-4-12 hexadecimal digits"))
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
