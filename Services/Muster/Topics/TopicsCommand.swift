import Arguments
import Contracts
import Kafka

/// `muster topics`: makes the topics, and grows or removes them. They are never made by accident.
enum TopicsCommand {
    static let replication = Option(
        "replication", value: "N", about: "copies of each partition; -1 takes the broker's default",
        parser: .integer(-1...7), default: -1)

    static let json = Option.flag("json", about: "print JSON")

    static let command = Command(
        "topics", about: "make, grow and remove the topics",
        options: [Connection.kafka, Connection.prefix],
        subcommands: [create, grow, remove], fallback: "create")

    static let create = Command(
        "create", about: "make the topics that are missing", options: [replication, json]
    ) { values in
        let wanted = Topic.all.map { topic in
            NewTopic(
                values[Connection.prefix] + topic.name, partitions: topic.partitions,
                replication: Int32(values[replication]), config: topic.configuration)
        }
        let outcomes = try await Connection.reaching { try await Connection.admin(values).createTopics(wanted) }
        try await Connection.reaching { try await TopicRecords(values).record(outcomes) }
        let made = outcomes.filter { $0.value == .created }.keys.sorted()
        if values[json] {
            let there = Set(outcomes.keys).subtracting(made).sorted()
            say(String(decoding: try EventJSON.encode(["made": made, "there": there]), as: UTF8.self))
        } else {
            say("\(made.count) topics made, \(outcomes.count - made.count) were there")
        }
    }

    static let name = Argument(
        "TOPIC", about: "the topic's name without prefix", parser: .text(example: "dispatch.cases"))
    static let partitions = Argument("PARTITIONS", about: "how many it is to have", parser: .integer(1...1_000))

    static let grow = Command(
        "grow", about: "give a topic more partitions",
        discussion: """
            One key's events may then be out of order for a while, since its partition changes: readers put them in order
            by sequence numbers, as far as events have them.
            """,
        arguments: [name, partitions]
    ) { values in
        try await Connection.reaching {
            try await Connection.admin(values).grow(
                values[Connection.prefix] + values[name], to: Int32(values[partitions]))
        }
        say("\(values[name]) has \(values[partitions]) partitions: restart nothing, consumers notice within minutes")
    }

    static let remove = Command("remove", about: "delete every topic of ours, with all that is in them") { values in
        let admin = try Connection.admin(values)
        let known = try await Connection.reaching { try await admin.topics() }
        let ours = Topic.all.map { values[Connection.prefix] + $0.name }.filter { known[$0] != nil }
        try await Connection.reaching { try await admin.deleteTopics(ours) }
        say("\(ours.count) topics deleted")
    }
}

extension Topic {
    /// The topic's settings at the broker.
    var configuration: [String: String] {
        var settings: [String: String]
        switch retention {
        case .compacted: settings = ["cleanup.policy": "compact"]
        case .days(let days): settings = ["cleanup.policy": "delete", "retention.ms": "\(days * 86_400_000)"]
        }
        // When an input reached us is the broker's to say: a gateway that could would make it any age.
        if isFromGateways { settings["message.timestamp.type"] = "LogAppendTime" }
        return settings
    }
}
