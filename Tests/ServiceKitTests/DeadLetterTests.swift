import Contracts
import Crypto
import Kafka
import Testing

@testable import ServiceKit

/// What lies on a dead topic gives nothing of what was sent away, and comes back whole with the keys.
@Suite struct DeadLetterTests {
    private let record = Record(
        topic: "gateway.patrol", partition: 3, offset: 17, key: Array("371082007025001".utf8),
        value: Array(#"{"phone":"13812345678"}"#.utf8),
        headers: [Header("ce_id", Array("v-1".utf8)), Header("x-name", Array("王小二".utf8))])

    private func seal(_ id: KeyRing.KeyID = 1, also others: [KeyRing.KeyID] = []) throws -> DeadLetterSeal {
        let keys = Dictionary(
            uniqueKeysWithValues: ([id] + others).map { ($0, [UInt8](repeating: UInt8($0), count: 32)) })
        return DeadLetterSeal(ColumnCipher(try KeyRing(keys, current: id)), of: .intake)
    }

    private static let clock = CityClock(.wall(offset: .zero))

    /// The letter as it lies on the dead topic.
    private func published(_ message: OutboxMessage) -> Record {
        Record(
            topic: message.topic, partition: 0, offset: 5, key: message.key, value: message.value,
            headers: message.headers)
    }

    private func letter(_ seal: DeadLetterSeal, of record: Record) throws -> Record {
        let source = Source<Int>(.patrol, from: .gateway, [])
        guard case .dead(let letter) = source.read(record, sealing: seal, clock: Self.clock) else { throw NotDead() }
        return published(letter.message(at: Instant("2026-11-24T08:00:00+08:00")!))
    }

    private struct NotDead: Error {}

    @Test func `a letter comes back as it was sent, headers included`() throws {
        let seal = try seal()
        let (topic, opened) = try seal.open(letter(seal, of: record))
        #expect(topic == "gateway.patrol")
        #expect(opened.key == record.key && opened.value == record.value && opened.headers == record.headers)
    }

    @Test func `nothing of what was sent is in the open, and why it is dead is`() throws {
        let letter = try letter(try seal(), of: record)
        let bytes = (letter.value ?? []) + letter.headers.flatMap { Array($0.name.utf8) + $0.value }
        let text = String(decoding: bytes, as: UTF8.self)
        for secret in ["13812345678", "王小二", "x-name", "v-1"] { #expect(!text.contains(secret), "\(secret)") }
        let note = try #require(DeadLetterNote(letter))
        #expect(note.topic == "gateway.patrol" && note.partition == 3 && note.offset == 17)
        #expect(note.reason == "missing-attribute")
        #expect(letter.key == record.key)
    }

    @Test func `a key that is no id stays inside`() throws {
        let odd = Record(topic: "gateway.patrol", partition: 0, offset: 0, key: Array("王小二".utf8), value: [1])
        let seal = try seal()
        let letter = try letter(seal, of: odd)
        #expect(letter.key == nil)
        #expect(try seal.open(letter).record.key == odd.key)
    }

    @Test func `a letter opens neither with other keys nor in another place`() throws {
        let letter = try letter(try seal(1), of: record)
        #expect(try seal(2, also: [1]).open(letter).record.value == record.value)
        #expect(throws: ColumnCipherError.unknownKey(1)) { try seal(2).open(letter) }
        let moved = Record(
            topic: letter.topic, partition: 0, offset: 5, value: letter.value,
            headers: Headers(
                letter.headers.map { $0.name == "muster_dead_offset" ? Header($0.name, Array("18".utf8)) : $0 }))
        #expect(throws: ColumnCipherError.tampered) { try seal(1).open(moved) }
        let plain = Record(topic: "intake.dead", partition: 0, offset: 6, value: [1, 2, 3])
        #expect(throws: UnreadableDeadLetter.self) { try seal(1).open(plain) }
    }

    @Test(arguments: [
        ("toy.v1", "{", "not-json", Refusal.Code.malformed), ("other.v1", "{}", "unknown-type", .malformed),
        ("toy.v1", #"{"grid":7}"#, "wrong-shape", .malformed),
    ])
    func `a sender that says what it sent is told why it is dead`(
        type: String, data: String, reason: String, code: Refusal.Code
    ) throws {
        let envelope = EventEnvelope(id: "v-1", source: "app", type: type, time: ToyInputs.time)
        let record = Record(
            topic: "gateway.patrol", partition: 3, offset: 17, key: nil, value: Array(data.utf8),
            headers: Headers(CloudEvents.headers(of: envelope)))
        let inlet = Inlet<Int>(Toy.self) { _ in 0 }
        guard
            case .dead(let letter) = Source(.patrol, from: .gateway, [inlet]).read(
                record, sealing: try seal(), clock: Self.clock)
        else {
            throw NotDead()
        }
        #expect(letter.reason == reason)
        let reply = try #require(letter.reply)
        #expect(reply.envelope.id == "v-1" && reply.envelope.source == "app")
        #expect(reply.refusal.code == code.rawValue && reply.refusal.detail == letter.detail)
        // Our own services read no receipts, and an operator has to see to it.
        guard
            case .dead(let own) = Source(.patrol, from: .service, [inlet], others: inlet).read(
                record, sealing: try seal(), clock: Self.clock)
        else { return #expect(reason == "unknown-type") }
        #expect(own.reply == nil)
    }

    @Test func `whoever does not say what was sent is told nothing`() throws {
        let source = Source<Int>(.patrol, from: .gateway, [])
        guard case .dead(let letter) = source.read(record, sealing: try seal(), clock: Self.clock) else {
            throw NotDead()
        }
        #expect(letter.reply == nil)
    }

    private struct Toy: EventPayload {
        static let type = "toy.v1"
        static let topic = Topic.patrol
        var grid: UnitCode
        var key: String { grid.text }
        var subject: String { grid.text }
    }
}
