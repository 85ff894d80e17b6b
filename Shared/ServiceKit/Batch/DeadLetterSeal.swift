public import Contracts
public import Crypto
public import Kafka

/// Closes dead letters and opens them again.
///
/// Nobody knows what is in a record that cannot be read, so that it is sealed with all its headers, and bound to the place
/// that it came from: moved elsewhere it does not open.
public struct DeadLetterSeal: Sendable {
    private let cipher: ColumnCipher
    private let service: ServiceName

    public init(_ cipher: ColumnCipher, of service: ServiceName) {
        self.cipher = cipher
        self.service = service
    }

    /// - Parameters:
    ///   - topic: without prefix.
    ///   - detail: what is wrong, without anything of what was sent.
    func close(_ record: Record, topic: String, reason: String, detail: String) -> DeadLetter {
        let inside = OutboxMessage(
            topic: topic, key: record.key, value: record.value, headers: record.headers)
        let context = context(topic, record.partition, record.offset)
        // A key that is an id is needed for the order of its records; whatever else it is stays inside.
        let isID = record.key.map { Identifier.isValid(String(decoding: $0, as: UTF8.self)) } ?? false
        return DeadLetter(
            service: service, topic: topic, partition: record.partition, offset: record.offset,
            key: isID ? record.key : nil, reason: reason, detail: detail,
            sealed: cipher.seal(OutboxRow.pack([inside]), authenticating: context))
    }

    /// The record as it came, to be shown or to be sent again.
    ///
    /// - Parameter letter: as it lies on the dead topic.
    /// - Throws: `ColumnCipherError`; `UnreadableDeadLetter` when the record is no dead letter of this version.
    public func open(_ letter: Record) throws -> (topic: String, record: OutgoingRecord) {
        guard let note = DeadLetterNote(letter), let sealed = letter.value else { throw UnreadableDeadLetter() }
        let bytes = try cipher.open(sealed, authenticating: context(note.topic, note.partition, note.offset))
        guard let inside = try OutboxRow.unpack(bytes).first else { throw UnreadableDeadLetter() }
        return (
            inside.topic,
            OutgoingRecord(topic: inside.topic, key: inside.key, value: inside.value, headers: inside.headers)
        )
    }

    private func context(_ topic: String, _ partition: Int32, _ offset: Int64) -> [UInt8] {
        Array("\(service.rawValue).dead/\(topic)/\(partition)/\(offset)".utf8)
    }
}

/// A record on a dead topic that is no dead letter of ours.
public struct UnreadableDeadLetter: Error, CustomStringConvertible {
    public var description: String { "the record is no dead letter of this version: something else wrote it" }
}
