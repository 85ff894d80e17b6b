import Arguments
import Contracts
import ServiceKit

/// `muster dead`: what services could not take, why, and the way back.
enum DeadCommand {
    static let service = Argument("SERVICE", about: "the service", parser: .choice(ServiceName.self))
    static let json = Option.flag("json", about: "print JSON")
    static let place = Argument(
        "PLACE", about: "partition:offset on the dead topic, as the list shows it", parser: .text(example: "3:17"))
    static let keys = Option.optional(
        "keys", value: "KEYS", about: "the service's column keys, which open dead letters",
        parser: .text(example: "1:<base64>"), environment: ColumnKeys.variable)
    static let whole = Option.flag("whole", about: "unmasked; needs --reason and --postgres, and is recorded")
    static let reason = Option.optional(
        "reason", value: "TEXT", about: "why somebody must see it whole; it is kept in the service's table dead_look",
        parser: .text(example: "the sender asks what became of it"))
    static let postgres = Option.optional(
        "postgres", value: "URL", about: "an admin's connection URI of the database, to record the look",
        parser: .text(example: "postgres://postgres@127.0.0.1/muster"), environment: "MUSTER_POSTGRES_URL")

    static let command = Command(
        "dead", about: "list, show and replay what a service could not take",
        discussion: """
            Dead letters are sealed with the service's column keys, since nobody knows what is in them. The list needs no
            keys: it shows where each came from and what is wrong with it, and nothing of what was sent.
            """,
        options: [Connection.kafka, Connection.prefix], subcommands: [list, show, replay])

    static let list = Command("list", about: "every dead letter", arguments: [service], options: [json]) { values in
        let letters = try await DeadLetters(values).read(values[service])
        if values[json] {
            say(String(decoding: try EventJSON.encode(letters.map(\.summary)), as: UTF8.self))
        } else {
            for letter in letters {
                let summary = letter.summary
                say("\(summary.place)\t\(summary.at)\t\(summary.topic)\t\(summary.reason)\t\(summary.detail)")
            }
            report("\(letters.count) dead letters")
        }
    }

    static let show = Command(
        "show", about: "one dead letter, its texts and numbers masked",
        discussion: """
            Names of members and codes stay, so that one sees what is wrong. With --whole everything is shown, and who looked
            and why is recorded before.
            """,
        arguments: [service, place], options: [keys, whole, reason, postgres, json]
    ) { values in
        let letters = try DeadLetters(values)
        let letter = try await letters.one(values[service], values[place])
        let record = try letters.open(letter, of: values[service], keys: values[keys])
        if values[whole] {
            guard let reason = values[reason], !reason.isEmpty, let url = values[postgres] else {
                throw CommandError(
                    "--whole shows personal data and is recorded", remedy: "give --reason TEXT and --postgres URL too",
                    code: .usage)
            }
            try await DeadLook(service: values[service], letter: letter, reason: reason).record(in: url)
        }
        let shown = ShownRecord(record, isMasked: !values[whole])
        if values[json] {
            say(String(decoding: try EventJSON.encode(shown), as: UTF8.self))
        } else {
            say(shown.text)
        }
    }

    static let replay = Command(
        "replay", about: "put a dead letter on its original topic again, once what was wrong is mended",
        discussion: "It keeps its id: if it was taken after all, it is known and nothing happens twice.",
        arguments: [service, place], options: [keys]
    ) { values in
        let letters = try DeadLetters(values)
        let letter = try await letters.one(values[service], values[place])
        try await letters.send(try letters.open(letter, of: values[service], keys: values[keys]))
        say("replayed to \(letter.note.topic)")
    }
}
