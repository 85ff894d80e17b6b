/// One partition of a topic: the unit in which Kafka orders, assigns and stores records.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let topic: String
    /// From 0 up to the topic's partition count.
    public let partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public static func < (one: TopicPartition, other: TopicPartition) -> Bool {
        (one.topic, one.partition) < (other.topic, other.partition)
    }

    /// As operators write it: `topic/3`.
    public var description: String { "\(topic)/\(partition)" }
}
