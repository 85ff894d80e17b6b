import Kafka
import TestSupport
import Testing

/// Topics of one test on the real broker, deleted after it.
struct LentTopics {
    let settings: [String: String]
    let names: [String]
    let group: String

    var name: String { names[0] }

    /// The settings of a member of the test's group.
    func member(_ more: [String: String] = [:]) -> [String: String] {
        settings.merging(["group.id": group]) { $1 }.merging(more) { $1 }
    }

    /// The partitions of the first topic.
    func partitions(_ count: Int32) -> [TopicPartition] { (0..<count).map { TopicPartition(name, $0) } }

    /// Sends records of which each says its number, as text, to the first topic's partitions in turn.
    func send(_ numbers: Range<Int>, over partitions: Int32) async throws {
        let producer = try Producer(settings)
        try await producer.send(
            numbers.map { OutgoingRecord(topic: name, value: Array("\($0)".utf8), partition: Int32($0) % partitions) })
        await producer.close()
    }
}

/// Lends topics with so many partitions each.
func withTopics(
    _ partitions: Int32..., config: [String: String] = [:], _ body: (LentTopics) async throws -> Void
) async throws {
    let kafka = try TestKafka()
    let settings = KafkaConnection(bootstrap: kafka.bootstrap).settings
    let admin = try Admin(settings)
    let topics = partitions.enumerated().map { NewTopic(kafka.name("topic\($0)"), partitions: $1, config: config) }
    for (name, outcome) in try await admin.createTopics(topics) { #expect(outcome == .created, "\(name)") }
    let lent = LentTopics(settings: settings, names: topics.map(\.name), group: kafka.name("group"))
    do {
        try await body(lent)
    } catch {
        try await admin.deleteTopics(lent.names)
        throw error
    }
    try await admin.deleteTopics(lent.names)
}

extension Record {
    /// The value as text.
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
    /// The number that `LentTopics.send` wrote.
    var number: Int { Int(text) ?? -1 }
}
