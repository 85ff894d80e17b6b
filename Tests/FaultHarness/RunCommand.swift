import Arguments
import Foundation

/// `fault-harness run`: plays scenarios.
enum RunCommand {
    static let programs = Option(
        "programs", value: "FOLDER", about: "where the services' executables are",
        parser: .text(example: ".build/debug"),
        environment: "MUSTER_PROGRAMS")
    static let postgres = Option(
        "postgres", value: "URL", about: "a superuser's URL, ending in /postgres",
        parser: .text(example: "postgres://postgres@127.0.0.1/postgres"), environment: "MUSTER_TEST_POSTGRES")
    static let kafka = Option(
        "kafka", value: "LIST", about: "a real Kafka's bootstrap list", parser: .text(example: "127.0.0.1:9092"),
        environment: "MUSTER_TEST_KAFKA")
    static let postgresFolder = Option.optional(
        "postgres-folder", value: "FOLDER", about: "of infra/dev/postgres, where the server may be stopped",
        parser: .text(example: ".dev/faults/postgres"))
    static let kafkaFolder = Option.optional(
        "kafka-folder", value: "FOLDER", about: "of infra/dev/kafka, where the broker may be stopped",
        parser: .text(example: ".dev/faults/kafka"))
    static let journal = Option(
        "journal", value: "FILE", about: "the log of all runs", parser: .text(example: ".dev/faults/journal.jsonl"),
        default: ".dev/faults/journal.jsonl")
    static let scenarios = Option.repeated(
        "scenario", value: "NAME", about: "only this one; may be given again", parser: .text(example: "zombies"))
    static let seed = Option(
        "seed", value: "N", about: "what everything is drawn from", parser: .integer(0...1_000_000_000), default: 1)
    static let rounds = Option(
        "rounds", value: "N", about: "how often each scenario does its harm", parser: .integer(1...10_000), default: 16)
    static let seconds = Option(
        "seconds", value: "N", about: "begins no other seed after so long; without it each scenario is played once",
        parser: .integer(0...86_400), default: 0)

    static let command = Command(
        "run", about: "play scenarios",
        options: [
            programs, postgres, kafka, postgresFolder, kafkaFolder, journal, scenarios, seed, rounds, seconds,
        ]
    ) { values in
        let names = values[scenarios]
        let unknown = names.filter { name in !Scenario.all.contains { $0.name == name } }
        guard unknown.isEmpty else {
            throw CommandError("there is no scenario \(unknown[0])", remedy: "see fault-harness list")
        }
        let chosen = Scenario.all.filter { names.isEmpty || names.contains($0.name) }
        let journal = try Journal(URL(filePath: values[journal]))
        let runner = Runner(control: try control(values), journal: journal)
        let deadline = ContinuousClock.now + .seconds(values[seconds])
        var seed = UInt64(values[seed])
        var broken: [Journal.Entry] = []
        repeat {
            for scenario in chosen {
                let entry = await runner.play(scenario, seed: seed, rounds: values[rounds])
                journal.add(entry)
                say(
                    "\(entry.kind.rawValue)  \(scenario.name)  seed \(seed)  \(Int(entry.seconds ?? 0)) s  \(entry.detail ?? "")"
                )
                guard entry.kind == .broken else { continue }
                broken.append(entry)
                say("repeat it: infra/dev/faults --scenario \(scenario.name) --seed \(seed) --rounds \(values[rounds])")
            }
            seed += 1
        } while ContinuousClock.now < deadline
        if !broken.isEmpty {
            throw CommandError(
                "\(broken.count) runs found something broken", remedy: "each is above, with how to repeat it")
        }
    }

    static func control(_ values: Values) throws -> ServerControl {
        let folder = URL(filePath: values[programs])
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return ServerControl(
            Programs(folder: folder, root: root), .init(postgres: values[postgres], kafka: values[kafka]),
            postgresFolder: values[postgresFolder], kafkaFolder: values[kafkaFolder])
    }

    static let list = Command("list", about: "list the scenarios", options: []) { _ in
        for scenario in Scenario.all { say("\(scenario.name): \(scenario.about)") }
    }

    static let summary = Command("summary", about: "add up what the journal holds", options: [journal]) { values in
        say(try Journal(URL(filePath: values[journal])).summary)
    }
}

extension Scenario {
    static let all: [Scenario] = kills + races + postgres + kafka + replays + operations + storms
}

func say(_ line: String) { CommandLineTool.Output.process.standard(line + "\n") }
