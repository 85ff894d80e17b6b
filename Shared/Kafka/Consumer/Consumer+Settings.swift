extension Consumer {
    /// What is set where the caller sets nothing.
    ///
    /// - `session.timeout.ms`: how long a dead member holds its partitions back.
    /// - `fetch.wait.max.ms`: how long the broker may hold an empty answer; 500 by default, which a new partition or a
    ///   resumed one would feel; at 25 eight idle consumers kept a broker busy for a seventh of a core.
    /// - `topic.metadata.refresh.interval.ms`: how soon a topic made later, and new partitions, are noticed.
    /// - `max.partition.fetch.bytes`: of a partition at once, as the broker keeps it, so compressed. All that one answer brought stays
    ///   until the last record of it is taken: with librdkafka's megabyte, reading a backlog of twelve partitions took 210 MB, and with
    ///   this 80, at the same rate. A larger record comes all the same.
    public static let defaults = [
        "session.timeout.ms": "10000", "heartbeat.interval.ms": "1000", "socket.nagle.disable": "true",
        "fetch.wait.max.ms": "100", "fetch.error.backoff.ms": "5",
        "topic.metadata.refresh.interval.ms": "10000", "max.partition.fetch.bytes": "131072",
    ]

    /// What this class relies on, and why.
    static let requirements = [
        "enable.auto.commit": ("false", "offsets are committed only when told"),
        "enable.auto.offset.store": ("false", "offsets are committed only when told"),
        "partition.assignment.strategy": ("range", "revocations are answered for all partitions at once"),
        "auto.offset.reset": ("error", "an offset that is gone must be noticed, never skipped"),
    ]

    static func settings(_ given: [String: String], _ options: Options) throws(KafkaError) -> [String: String] {
        if given["group.id", default: ""].isEmpty {
            throw refusal("group.id is missing: a consumer is the member of a group")
        }
        var settings = defaults.merging(options.wakesFetching ? FetchWaker.settings : [:]) { $1 }
        settings["queued.min.messages"] = String(max(options.maxWaiting, 1))
        settings["queued.max.messages.kbytes"] = String(max(options.maxWaitingBytes >> 10, 1))
        settings.merge(given) { $1 }
        for (name, (value, reason)) in requirements {
            if let other = given[name], other != value {
                throw refusal("\(name) is \(other) but must be \(value), since \(reason): remove the setting")
            }
            settings[name] = value
        }
        if let interval = options.statisticsInterval {
            settings["statistics.interval.ms"] = String(Int(interval / .milliseconds(1)))
        }
        if options.onLog != nil { settings["log.queue"] = "true" }
        return settings
    }

    private static func refusal(_ message: String) -> KafkaError {
        KafkaError(kind: .configuration, name: "_INVALID_ARG", message: message, isRetryable: false)
    }
}
