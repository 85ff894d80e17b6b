import CRdKafka
import Glibc

extension Admin {
    /// Creates topics, and waits until the cluster's metadata shows them.
    ///
    /// - Returns: what became of each, by name.
    /// - Throws: where the request as a whole failed.
    public func createTopics(_ topics: [NewTopic]) throws(KafkaError) -> [String: NewTopic.Outcome] {
        if topics.isEmpty { return [:] }
        let wanted = try TopicRequests(topics)
        let request = request(RD_KAFKA_ADMIN_OP_CREATETOPICS)
        var pointers = unsafe wanted.pointers
        unsafe rd_kafka_CreateTopics(client.pointer, &pointers, pointers.count, request.options, request.queue.pointer)
        let answer = try answer(to: request)
        var count = 0
        let results = unsafe rd_kafka_CreateTopics_result_topics(
            rd_kafka_event_CreateTopics_result(answer.pointer), &count)
        let outcomes = unsafe errors(of: results, count).mapValues { error -> NewTopic.Outcome in
            guard let error else { return .created }
            return error.kind == .topicExists ? .existed : .failed(error)
        }
        try awaitPartitions(topics.filter { outcomes[$0.name] == .created }.map { ($0.name, $0.partitions) })
        return outcomes
    }

    /// Adds partitions to a topic, and waits until the cluster's metadata shows them. From then on keys go to other
    /// partitions than before.
    ///
    /// - Throws: `.configuration` where the topic has as many already, or more; `.unknownTopic`.
    public func grow(_ topic: String, to partitions: Int32) throws(KafkaError) {
        let (created, text) = withErrorText { unsafe rd_kafka_NewPartitions_new(topic, Int(partitions), $0, $1) }
        guard let wanted = unsafe created else { throw KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG, message: text) }
        defer { unsafe rd_kafka_NewPartitions_destroy(wanted) }
        let request = request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS)
        var pointers = unsafe [OpaquePointer?](arrayLiteral: wanted)
        unsafe rd_kafka_CreatePartitions(client.pointer, &pointers, 1, request.options, request.queue.pointer)
        let answer = try answer(to: request)
        var count = 0
        let results = unsafe rd_kafka_CreatePartitions_result_topics(
            rd_kafka_event_CreatePartitions_result(answer.pointer), &count)
        if let error = unsafe errors(of: results, count)[topic] ?? nil { throw error }
        try awaitPartitions([(topic, partitions)])
    }

    /// Deletes topics with all their records. One that does not exist is passed over.
    ///
    /// - Throws: the first topic's error, after all were tried.
    public func deleteTopics(_ names: [String]) throws(KafkaError) {
        if names.isEmpty { return }
        var wanted = unsafe names.map { unsafe rd_kafka_DeleteTopic_new($0) }
        defer { unsafe rd_kafka_DeleteTopic_destroy_array(&wanted, wanted.count) }
        let request = request(RD_KAFKA_ADMIN_OP_DELETETOPICS)
        unsafe rd_kafka_DeleteTopics(client.pointer, &wanted, wanted.count, request.options, request.queue.pointer)
        let answer = try answer(to: request)
        var count = 0
        let results = unsafe rd_kafka_DeleteTopics_result_topics(
            rd_kafka_event_DeleteTopics_result(answer.pointer), &count)
        let errors = unsafe errors(of: results, count)
        for name in names {
            if let error = errors[name] ?? nil, error.kind != .unknownTopic { throw error }
        }
    }

    /// The partition count of each topic, but not of Kafka's own (`__consumer_offsets` and the like).
    public func topics() throws(KafkaError) -> [String: Int32] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try check(unsafe rd_kafka_metadata(client.pointer, 1, nil, &metadata, milliseconds))
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        guard let metadata = unsafe metadata else { return [:] }
        let topics = unsafe UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        return unsafe topics.reduce(into: [:]) { counts, topic in
            let name = unsafe string(topic.topic)
            if unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, !name.hasPrefix("__") {
                counts[name] = unsafe topic.partition_cnt
            }
        }
    }

    /// Asks a broker for next to nothing.
    ///
    /// - Throws: `KafkaError` when none answers in time.
    public func ping() throws(KafkaError) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try check(unsafe rd_kafka_metadata(client.pointer, 0, nil, &metadata, milliseconds))
        unsafe rd_kafka_metadata_destroy(metadata)
    }

    /// What names the cluster for as long as it lives; a cluster made anew has another.
    public func clusterID() throws(KafkaError) -> String {
        guard let id = unsafe rd_kafka_clusterid(client.pointer, milliseconds) else {
            throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT, message: "no broker told the cluster's id in time")
        }
        defer { unsafe rd_kafka_mem_free(client.pointer, id) }
        return unsafe string(id)
    }

    /// Each broker learns of a change by itself: right after one, the broker asked may not know yet.
    ///
    /// It is asked ever more seldom, since it tells of all topics each time, and for longer than a request may take: they are made,
    /// and a broker that is busy makes many for others too.
    func awaitPartitions(_ wanted: [(topic: String, partitions: Int32)]) throws(KafkaError) {
        let deadline = ContinuousClock.now + timeout * 3
        var pause: UInt32 = 20_000
        while true {
            let counts = try topics()
            guard let missing = wanted.first(where: { counts[$0.topic, default: 0] < $0.partitions }) else { return }
            guard .now < deadline else {
                throw KafkaError(
                    code: RD_KAFKA_RESP_ERR__TIMED_OUT,
                    message: "\(missing.topic) was made, but no broker shows its \(missing.partitions) partitions yet")
            }
            usleep(pause)
            pause = min(pause * 2, 320_000)
        }
    }
}

/// The result of each topic of a request; `nil` for success.
private func errors(of results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) -> [String: KafkaError?] {
    unsafe UnsafeBufferPointer(start: results, count: count).reduce(into: [:]) { errors, result in
        let code = unsafe rd_kafka_topic_result_error(result)
        let text = unsafe rd_kafka_topic_result_error_string(result).map { unsafe string($0) }
        errors[unsafe string(rd_kafka_topic_result_name(result))] =
            .some(code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: code, message: text))
    }
}

/// Owned C values of topics to create.
@safe
private struct TopicRequests: ~Copyable {
    private(set) var pointers = unsafe [OpaquePointer?]()

    init(_ topics: [NewTopic]) throws(KafkaError) {
        for topic in topics {
            let (created, text) = withErrorText { buffer, size in
                unsafe rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replication, buffer, size)
            }
            guard let request = unsafe created else {
                throw KafkaError(code: RD_KAFKA_RESP_ERR__INVALID_ARG, message: "\(topic.name): \(text)")
            }
            unsafe pointers.append(request)
            for (name, value) in topic.config {
                try KafkaError.check(unsafe rd_kafka_NewTopic_set_config(request, name, value))
            }
        }
    }

    deinit {
        // An array in `self` cannot be lent for writing here.
        var pointers = unsafe pointers
        unsafe rd_kafka_NewTopic_destroy_array(&pointers, pointers.count)
    }
}
