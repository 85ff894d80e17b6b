/// A topic to create.
public struct NewTopic: Sendable, Hashable {
    public var name: String
    public var partitions: Int32
    /// Copies of each partition; -1 leaves it to the broker.
    public var replication: Int32
    /// The topic's settings, such as `cleanup.policy`: https://kafka.apache.org/documentation/#topicconfigs.
    public var config: [String: String]

    public init(_ name: String, partitions: Int32, replication: Int32 = -1, config: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.config = config
    }

    /// What became of a topic that was to be created.
    public enum Outcome: Sendable, Hashable {
        case created
        /// It was there already, of whatever shape.
        case existed
        case failed(KafkaError)
    }
}
