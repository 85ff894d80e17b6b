import Arguments
import Contracts
import Kafka
import ServiceKit

/// `muster clock`: the city's time, where services run with MUSTER_CLOCK=stepped.
enum ClockCommand {
    static let time = Argument(
        "TIME", about: "RFC 3339",
        parser: ValueParser(rule: "a time in RFC 3339", example: "2026-11-24T08:00:00+08:00") { Instant($0) })

    static let command = Command(
        "clock", about: "the stepped clock of a simulated city", options: [Connection.kafka, Connection.prefix],
        subcommands: [set])

    static let set = Command("set", about: "set the city's time; it never goes back", arguments: [time]) { values in
        let payload = ClockSet(now: values[time])
        let envelope = EventEnvelope(
            id: EventID.v7(at: MachineClock.now()).description, source: "muster/cli", type: ClockSet.type,
            time: payload.now)
        let producer = try Producer(Connection.kafkaSettings(values))
        try await producer.send([
            OutgoingRecord(
                topic: values[Connection.prefix] + Topic.clock.name, key: Array(payload.key.utf8),
                value: try EventJSON.encode(payload),
                headers: Headers(CloudEvents.headers(of: envelope)))
        ])
        await producer.close()
        say("the city's time is \(payload.now)")
    }
}
