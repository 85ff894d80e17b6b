/// A topic was made: which making of it this is, since a topic that was deleted and made anew counts its offsets anew.
public struct TopicMade: EventPayload {
    public static let type = "muster.topic.made.v1"
    public static let topic = Topic.topics

    /// Without prefix.
    public var name: String
    public var incarnation: EventID
    public var partitions: Int

    public init(name: String, incarnation: EventID, partitions: Int) {
        self.name = name
        self.incarnation = incarnation
        self.partitions = partitions
    }

    public var key: String { name }
}

/// The city's time was set, where it is stepped.
public struct ClockSet: EventPayload {
    public static let type = "muster.clock.set.v1"
    public static let topic = Topic.clock

    public var now: Instant

    public init(now: Instant) { self.now = now }

    public var key: String { "city" }
}
