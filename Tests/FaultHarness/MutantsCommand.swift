import Arguments
import Contracts
import Foundation

/// A guard that is switched off for one run, and the scenario that must notice.
struct Mutant: Sendable {
    let name: String
    let about: String
    let scenario: String
    /// Of `Guard`, switched off in the services.
    var guardsOff: [String] = []
    /// What switches it off in the database, with `$service` in place of each service's schema.
    var sql = ""

    static let all: [Mutant] = [
        Mutant(
            name: "fence", about: "a batch is stored though its partition's position did not move", scenario: "zombies",
            sql:
                "create or replace function $service.expect_fence(moved bigint) returns void language plpgsql as $$ begin end $$"
        ),
        Mutant(
            name: "joint-fence", about: "batches are stored together though not all of their positions moved",
            scenario: "claimed-meanwhile", guardsOff: ["jointFence"]),
        Mutant(
            name: "epoch", about: "a claim does not raise the partition's epoch", scenario: "zombies",
            sql: """
                create function $service.fault_keep() returns trigger language plpgsql as $$
                    begin new.epoch := old.epoch; return new; end $$;
                create trigger fault_keep before update on $service.consumer_offset
                    for each row execute function $service.fault_keep()
                """),
        Mutant(
            name: "natural-key", about: "an input that was taken before is taken again", scenario: "calm",
            guardsOff: ["naturalKey"], sql: unexpected("what = 'input'")),
        Mutant(
            name: "natural-key-late", about: "the same, once everything is read again under other rules",
            scenario: "replay-after-rules", guardsOff: ["naturalKey"], sql: unexpected("what = 'input'")),
        Mutant(
            name: "natural-key-moved", about: "the same, once everything is read again after chiefs have moved",
            scenario: "replay-after-postings", guardsOff: ["naturalKey"], sql: unexpected("what = 'input'")),
        Mutant(
            name: "decision", about: "effects and events are written though the rows they rest on have changed",
            scenario: "contention", sql: unexpected("what not in ('input', 'timer')")),
        Mutant(
            name: "lease", about: "every replica works on every shard", scenario: "calm", guardsOff: ["lease"]),
        Mutant(
            name: "timer-claim", about: "a timer that is gone is acted on", scenario: "settlements",
            sql: unexpected("what = 'timer'")),
        Mutant(
            name: "revocation-wait", about: "a partition is given back with its batch under way",
            scenario: "hand-overs",
            guardsOff: ["revocationWait"]),
        Mutant(
            name: "reply-resolution", about: "nobody asks whether a commit held whose reply was lost",
            scenario: "replies-lost", guardsOff: ["replyResolution"]),
        Mutant(
            name: "marks-after-send", about: "the outbox is emptied before its messages are acknowledged",
            scenario: "kills-at-points", guardsOff: ["marksAfterSend"]),
    ]

    private static func unexpected(_ condition: String) -> String {
        """
        create or replace function $service.expect_rows(what text, got bigint, wanted bigint) returns void
        language plpgsql as $$
        begin
            if got <> wanted and not (\(condition)) then
                raise exception using errcode = 'MU002', message = what;
            end if;
        end $$
        """
    }

    var statements: [String] {
        sql.isEmpty ? [] : ServiceName.allCases.map { sql.replacing("$service", with: $0.rawValue) }
    }
}

/// `fault-harness mutants`: proves of each guard that something notices when it is gone.
enum MutantsCommand {
    static let names = Option.repeated(
        "mutant", value: "NAME", about: "only this one; may be given again", parser: .text(example: "fence"))

    static let command = Command(
        "mutants", about: "switch off each guard in turn, and see a named scenario fail",
        options: [
            RunCommand.programs, RunCommand.postgres, RunCommand.kafka, RunCommand.postgresFolder,
            RunCommand.kafkaFolder,
            RunCommand.journal, RunCommand.seed, RunCommand.rounds, names,
        ]
    ) { values in
        // The kills of a broken system prove nothing: they are kept apart.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "mutants-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let runner = Runner(control: try RunCommand.control(values), journal: try Journal(scratch))
        let chosen = Mutant.all.filter { values[names].isEmpty || values[names].contains($0.name) }
        var unnoticed: [String] = []
        say("| guard switched off | scenario | noticed by |\n|---|---|---|")
        for mutant in chosen {
            guard var scenario = Scenario.all.first(where: { $0.name == mutant.scenario }) else {
                throw CommandError("there is no scenario \(mutant.scenario)", remedy: "mend Mutant.all")
            }
            scenario.patience = .seconds(30)
            let entry = await runner.play(
                scenario, seed: UInt64(values[RunCommand.seed]), rounds: values[RunCommand.rounds],
                mutation: Mutation(guardsOff: mutant.guardsOff, sql: mutant.statements))
            let first = entry.detail?.split(separator: "\n").first.map(String.init)
            if entry.kind != .broken { unnoticed.append(mutant.name) }
            say(
                "| \(mutant.name): \(mutant.about) | \(mutant.scenario) | \(entry.kind == .broken ? first ?? "" : "nothing (\(entry.kind.rawValue))") |"
            )
        }
        if !unnoticed.isEmpty {
            throw CommandError(
                "nothing notices without \(unnoticed.joined(separator: ", "))", remedy: "the guard needs a scenario")
        }
    }
}
