import CRdKafka

/// One member of a consumer group.
///
/// It has a thread of its own, on which it always polls, whatever its user is doing: a member that does not poll for
/// `max.poll.interval.ms` is thrown out. What happens comes as `events`; the user answers by the methods, as late as it
/// needs to. Nothing is fetched from an assigned partition before `start(_:)` names the offset, so that the user may
/// keep positions where it keeps its results.
///
/// A partition has at most one batch with the reader. Its next records wait where librdkafka fetched them to, and when
/// `maxWaiting` or `maxWaitingBytes` wait, no more of the partition are fetched: memory is bounded.
///
/// Call `close()` when done: dropping the last reference ends the thread too, but the group learns of it only when the
/// session has timed out.
public actor Consumer {
    /// What happened, in order. For one reader; it ends with `close()` or after a fatal failure.
    public nonisolated let events: AsyncStream<Event>

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    let client: Client
    let options: Options
    let stream = EventStream()
    nonisolated let thread: PollThread

    /// Rebalances and errors arrive here; while closing, on a queue made for that.
    var queue: ClientQueue
    var lanes: [TopicPartition: Lane] = [:]
    /// The set of partitions to fetch has changed, and librdkafka does not know yet.
    var mustAssign = false
    /// The partitions whose release a revocation waits for; `nil` outside of a revocation.
    var unreleased: Set<TopicPartition>?
    /// What has been counted since the consumer began.
    public internal(set) var counters = Counters()
    var uncommitted: [TopicPartition: Int64] = [:]
    var lastCommit = ContinuousClock.now
    var waker = FetchWaker()
    /// The partitions of which a full batch was taken, and whose fetching has not been looked after since.
    var busiest: Set<TopicPartition> = []
    var closing: Closing?

    /// Subscribes and begins to poll. The broker need not answer yet.
    ///
    /// - Parameters:
    ///   - settings: librdkafka's, `bootstrap.servers` and `group.id` at least; see `KafkaConnection` and `defaults`.
    ///   - topics: names, or patterns that begin with `^`. A topic that does not exist is a failure of kind
    ///     `.unknownTopic`, and joined once it does.
    /// - Throws: `.configuration` where a setting is refused.
    public init(_ settings: [String: String], topics: [String], options: Options = Options()) throws(KafkaError) {
        client = try Client(.consumer, Self.settings(settings, options)) { configuration in
            let events = RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS
            unsafe rd_kafka_conf_set_events(configuration, events | (options.onLog == nil ? 0 : RD_KAFKA_EVENT_LOG))
        }
        self.options = options
        try KafkaError.check(unsafe rd_kafka_poll_set_consumer(client.pointer))
        queue = ClientQueue(ofConsumer: client)
        if options.onLog != nil {
            try KafkaError.check(unsafe rd_kafka_set_log_queue(client.pointer, queue.pointer))
        }
        let subscription = PartitionList(topics.map { TopicPartition($0, RD_KAFKA_PARTITION_UA) })
        try KafkaError.check(unsafe rd_kafka_subscribe(client.pointer, subscription.pointer))
        events = stream.makeStream()
        thread = PollThread(name: "kafka-poll")
        thread.start(interrupt: { [queue] in queue.interrupt() }) { [weak self] mayWait in
            self?.assumeIsolated { $0.turn(mayWait: mayWait) } ?? false
        }
    }

    /// Whoever still reads the events of a consumer that nobody closed.
    deinit { stream.end() }

    // MARK: Answers to events

    /// Begins to fetch these partitions at these offsets, which are absolute: from 0 on.
    ///
    /// For a partition that is being fetched already, this goes back (or forward): its records that wait are dropped,
    /// and the next batch begins at the new offset. A batch that the reader has in hand still has to be `finished`.
    /// Partitions that are not ours any more are passed over.
    ///
    /// The other partitions of this consumer lose what librdkafka had fetched ahead for them and fetch it again: start
    /// many in one call rather than one by one.
    public func start(_ offsets: [TopicPartition: Int64]) {
        for (partition, offset) in offsets {
            // librdkafka would take it for one of its words, such as -1 for the end.
            precondition(offset >= 0, "an offset below 0")
            guard let lane = lanes[partition], lane.batching.phase != .revoked else { continue }
            lane.batching.start(at: offset)
            mustAssign = true
        }
        withdrawBatches(of: offsets.keys)
    }

    /// Stops fetching a partition that stays assigned; what waits of it is dropped. `start(_:)` begins again.
    public func stop(_ partition: TopicPartition) {
        guard let lane = lanes[partition], lane.batching.phase == .fetching else { return }
        lane.batching.stop()
        mustAssign = true
        withdrawBatches(of: [partition])
    }

    /// The batch of this partition has been dealt with, and the next may come.
    public func finished(_ partition: TopicPartition) {
        lanes[partition]?.batching.finish()
    }

    /// Nothing is being done with these revoked partitions any more: the group may give them to others.
    public func released(_ partitions: [TopicPartition]) {
        guard unreleased != nil else { return }
        unreleased?.subtract(partitions)
        letGoIfReleased()
    }

    // MARK: For displays

    /// Tells the group how far we are, for lag displays and autoscaling. It is sent with others within
    /// `commitInterval`, and nobody is told whether it arrived.
    public func commit(_ offsets: [TopicPartition: Int64]) {
        for (partition, offset) in offsets where lanes[partition] != nil { uncommitted[partition] = offset }
    }

    /// How many records of each started partition the reader has not finished yet, by the end of the partition as the
    /// broker last told it; without asking. Partitions of which it has told nothing yet are left out.
    public func lag() -> [TopicPartition: Int64] {
        lanes.values.reduce(into: [:]) { lags, lane in
            guard lane.batching.phase == .fetching else { return }
            if let end = knownEnd(of: lane.partition) {
                lags[lane.partition] = max(0, end - lane.batching.finishedOffset)
            }
        }
    }
}
