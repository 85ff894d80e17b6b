import Contracts
import Kafka

/// An event on its way to a topic, in the bytes that Kafka gets.
///
/// Row format, version 1: one byte of version, then per message: topic, key, headers, value, each with its length in
/// front (big-endian 32 bits; 0xFFFFFFFF stands for none). Binary, because Postgres charges by the byte and compressing
/// JSON was the largest single cost of a batch.
struct OutboxMessage: Sendable, Equatable {
    /// Without a prefix.
    var topic: String
    var key: [UInt8]?
    /// Nil is a tombstone.
    var value: [UInt8]?
    var headers: Headers

    static let shardCount = 64

    init(topic: String, key: [UInt8]?, value: [UInt8]?, headers: Headers) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// - Parameter data: the payload as JSON.
    init(_ event: Event<some EventPayload>, data: [UInt8]) {
        self.init(
            topic: type(of: event.payload).topic.name, key: Array(event.payload.key.utf8), value: data,
            headers: Headers(of: event.envelope))
    }

    /// The bytes that it takes in a row.
    fileprivate var packedSize: Int {
        16 + topic.utf8.count + (key?.count ?? 0) + (value?.count ?? 0) + headers.bytes.count
    }

    /// Messages of one key are of one shard, which one relay at a time publishes in order.
    var shard: Int16 { Shard.of(key ?? []) }
}

extension Headers {
    /// Those of an event in binary mode.
    init(of envelope: EventEnvelope) {
        self.init()
        CloudEvents.write(envelope) { append($0, $1) }
    }
}

/// Which of the 64 shards of the outbox and the timers a key belongs to: FNV-1a, 32 bits, modulo 64.
public enum Shard {
    public static func of(_ key: some Sequence<UInt8>) -> Int16 {
        var hash: UInt32 = 0x811c_9dc5
        for byte in key { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int16(hash % UInt32(OutboxMessage.shardCount))
    }
}

/// Packs messages into an outbox row and back.
enum OutboxRow {
    static let version: UInt8 = 1
    /// A row is closed above this many bytes, so that a relay's read stays bounded.
    static let softLimit = 256 * 1024

    static func pack(_ messages: some Collection<OutboxMessage>) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(messages.reduce(1) { $0 + $1.packedSize })
        for message in messages {
            append(UInt32(message.topic.utf8.count), to: &bytes)
            bytes += message.topic.utf8
            append(message.key, to: &bytes)
            append(message.value, to: &bytes)
            append(UInt32(message.headers.count), to: &bytes)
            // In the very form in which a row has them.
            bytes += message.headers.bytes
        }
        return bytes
    }

    static func unpack(_ bytes: [UInt8]) throws(UnreadableOutboxRow) -> [OutboxMessage] {
        var reader = RowReader(bytes)
        guard try reader.byte() == version else { throw UnreadableOutboxRow() }
        var messages: [OutboxMessage] = []
        while !reader.isAtEnd {
            let topic = String(decoding: try reader.field() ?? [], as: UTF8.self)
            let key = try reader.field().map { Array($0) }
            let value = try reader.field().map { Array($0) }
            let headers = try reader.headers()
            messages.append(OutboxMessage(topic: topic, key: key, value: value, headers: headers))
        }
        return messages
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }

    private static func append(_ field: [UInt8]?, to bytes: inout [UInt8]) {
        guard let field else { return append(.max, to: &bytes) }
        append(UInt32(field.count), to: &bytes)
        bytes.append(contentsOf: field)
    }
}

/// An outbox row that this version cannot read: it was written by a later one.
struct UnreadableOutboxRow: Error, CustomStringConvertible {
    var description: String {
        "an outbox row has an unknown format: start the version of this service that wrote it"
    }
}

private struct RowReader {
    private let source: [UInt8]
    private var position = 0

    init(_ source: [UInt8]) { self.source = source }

    var isAtEnd: Bool { position == source.count }

    mutating func byte() throws(UnreadableOutboxRow) -> UInt8 {
        guard position < source.count else { throw UnreadableOutboxRow() }
        defer { position += 1 }
        return source[position]
    }

    mutating func count() throws(UnreadableOutboxRow) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 { number = number << 8 | UInt32(try byte()) }
        return number
    }

    mutating func field() throws(UnreadableOutboxRow) -> ArraySlice<UInt8>? {
        let count = try count()
        if count == .max { return nil }
        guard position + Int(count) <= source.count else { throw UnreadableOutboxRow() }
        defer { position += Int(count) }
        return source[position..<position + Int(count)]
    }

    mutating func headers() throws(UnreadableOutboxRow) -> Headers {
        let count = Int(try count())
        let start = position
        for _ in 0..<2 * count { _ = try field() }
        guard let headers = Headers(bytes: Array(source[start..<position]), count: count) else {
            throw UnreadableOutboxRow()
        }
        return headers
    }
}
