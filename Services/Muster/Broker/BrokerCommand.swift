import Arguments
import Contracts
import Glibc
import Kafka
import Threads

/// `muster broker`: a broker for development where there is no Kafka: librdkafka's own mock cluster, in memory.
enum BrokerCommand {
    static let command = Command(
        "broker", about: "run the embedded broker, in memory, for development only",
        discussion: """
            It makes every topic at its start, prints its bootstrap list, and runs until it is ended. It keeps at most 5 MB a
            partition and forgets the oldest beyond that, knows no administration, and loses everything when it ends.
            """,
        options: [Connection.prefix]
    ) { values in
        let signals = TerminationSignals()
        let cluster = try MockCluster(brokers: 1)
        for topic in Topic.all {
            try cluster.createTopic(values[Connection.prefix] + topic.name, partitions: topic.partitions)
        }
        try await TopicRecords(["bootstrap.servers": cluster.bootstrap], prefix: values[Connection.prefix]).recordAll()
        say(cluster.bootstrap)
        await signals.wait()
        _ = cluster
    }
}
