import Arguments
import Contracts
import Kafka
import Postgres

/// `muster offsets`: where each service stands in its topics, and the means to move it by hand. Who moved what, and why, is
/// kept.
enum OffsetsCommand {
    static let service = Argument("SERVICE", about: "the service", parser: .choice(ServiceName.self))
    static let topic = Argument("TOPIC", about: "without prefix", parser: .text(example: "gateway.patrol"))
    static let partition = Argument("PARTITION", about: "its number", parser: .integer(0...10_000))
    static let offset = Argument("OFFSET", about: "the next record to read", parser: .integer(0...Int.max))
    static let reason = Option(
        "reason", value: "TEXT", about: "why; it is kept with the move", parser: .text(example: "topic was made anew"))
    static let json = Option.flag("json", about: "print JSON")

    static let command = Command(
        "offsets", about: "show and move the stored positions",
        options: [Connection.kafka, Connection.prefix, Connection.postgres], subcommands: [show, set, skip])

    static let show = Command(
        "show", about: "every position of a service, with what lies before it", arguments: [service], options: [json]
    ) { values in
        let rows = try await StoredPositions(values).read(values[service])
        if values[json] {
            say(String(decoding: try EventJSON.encode(rows), as: UTF8.self))
        } else {
            say("topic/partition                 next        lag   epoch  owner")
            for row in rows {
                let place = "\(row.topic)/\(row.partition)"
                say(
                    "\(padded(place, 32))\(padded("\(row.next)", 12))\(padded("\(row.lag)", 6))\(padded("\(row.epoch)", 7))\(row.owner)"
                )
            }
        }
    }

    static let set = Command(
        "set", about: "go on at another offset, also of a topic that was made anew",
        discussion: "Going back is harmless: what was taken before is known. Going forward leaves records unread.",
        arguments: [service, topic, partition, offset], options: [reason]
    ) { values in
        try await StoredPositions(values).move(
            values[service], TopicPartition(values[topic], Int32(values[partition])), to: Int64(values[offset]),
            reason: values[reason])
        say("moved; a running replica notices when it claims the partition next: restart it")
    }

    static let count = Argument("COUNT", about: "how many records", parser: .integer(1...1_000_000))

    static let skip = Command(
        "skip", about: "leave so many records of a partition unread",
        arguments: [service, topic, partition, count], options: [reason]
    ) { values in
        let positions = try StoredPositions(values)
        let place = TopicPartition(values[topic], Int32(values[partition]))
        guard let row = try await positions.read(values[service]).first(where: { $0.place == place }) else {
            throw CommandError(
                "there is no such position", remedy: "see muster offsets show")
        }
        try await positions.move(
            values[service], place, to: row.next + Int64(values[count]), reason: values[reason])
        say("skipped \(row.next) to \(row.next + Int64(values[count]) - 1); restart the service")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

/// `muster lag`: how far each service is behind, in one table.
enum LagCommand {
    static let command = Command(
        "lag", about: "how many records each service has not read yet",
        options: [Connection.kafka, Connection.prefix, Connection.postgres, OffsetsCommand.json]
    ) { values in
        let positions = try StoredPositions(values)
        var lags: [String: Int64] = [:]
        for service in ServiceName.allCases {
            for row in try await positions.read(service) {
                lags["\(service.rawValue) \(row.topic)", default: 0] += row.lag
            }
        }
        if values[OffsetsCommand.json] {
            say(String(decoding: try EventJSON.encode(lags), as: UTF8.self))
        } else {
            for (name, lag) in lags.sorted(by: { $0.key < $1.key }) { say("\(lag)\t\(name)") }
        }
    }
}
