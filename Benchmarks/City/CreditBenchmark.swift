import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// Ledger entries a second, from deeds that wait on their topic until all is settled and published; of deeds that come late; and of
/// a ledger that is made anew from the topics. Beside them one statement of Postgres that writes the same rows.
///
/// Accounts are settled at whole minutes. What counts is when there was something to do: not the wait for the minute, when all
/// deeds are stored and none is due.
enum CreditBenchmark {
    static let people = Option(
        "people", value: "N", about: "people a run", parser: .integer(10...1_000_000), default: 2_000)
    static let deeds = Option("deeds", value: "N", about: "deeds a person", parser: .integer(1...1_000), default: 80)

    static let command = Command(
        "credit", about: "ledger entries a second, with caps and curves, and the ledger made anew",
        options: [MeasuredStack.file, MeasuredStack.runs, people, deeds]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let connection = try await PostgresConnection.connect(stack.postgres)
        let ledger = CreditLedger(stack: stack, connection: connection)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        let others = ["intake", "dispatch", "notify"]
        for service in others + ["credit"] { try await stack.stop(service) }
        // Whoever agrees to be scored is settled at both paces: the one for patrols need not be waited for, for an hour.
        try stack.set("MUSTER_CREDIT_PATROL_SETTLE_SECONDS", "60", of: "credit")
        var figures = Figures()
        for run in 1...values[MeasuredStack.runs] {
            let deeds = DeedTraffic(
                traffic: traffic, series: "credit-\(run)", people: values[people], each: values[deeds])
            let began = Instant.now()
            try await producer.send(try deeds.consents(at: began))
            let plain = try await pass(ledger, deeds.people + deeds.count) {
                try await load(deeds.count, producer) { try deeds.deeds($0, at: began) }
            }
            let late = try await pass(ledger, deeds.lateCount, atSecond: 40) {
                try await load(deeds.lateCount, producer) { try deeds.lateDeeds($0, at: began) }
            }
            let limit = try await ledger.limit(entriesSince: began)
            figures.add(plain, late, limit.perSecond)
            try note("credit.entries", plain.perSecond)
            try note("credit.late", late.perSecond)
            try note("credit.settling", Double(plain.entries) / (plain.busy - plain.taking))
            try note("credit.limit", limit.perSecond)
            say("run \(run): \(plain.text); come late: \(late.text); insert … select of \(limit.rows) rows")
        }
        say("credit entries: \(Figure(values: figures.plain).text("entries/s"))")
        say("of deeds that are stored already: \(Figure(values: figures.settling).text("entries/s"))")
        say("credit entries of what came late, reversals among them: \(Figure(values: figures.late).text("entries/s"))")
        say("one insert … select: \(Figure(values: figures.limit).text("rows/s"))")
        say("entries to the limit: \(Figure(values: figures.shares).text("of it", digits: 3))")
        say("of deeds that are stored already: \(Figure(values: figures.settlingShares).text("of it", digits: 3))")
        try await rebuild(ledger, figures)
        try stack.set("MUSTER_CREDIT_PATROL_SETTLE_SECONDS", nil, of: "credit")
        for service in others + ["credit"] { try stack.start(service) }
        await producer.close()
        await connection.close()
    }

    /// All runs' deeds at once, read again from their first record. Nobody may have more or fewer points than before.
    private static func rebuild(_ ledger: CreditLedger, _ figures: Figures) async throws {
        let before = try await ledger.digest()
        let inputs = try await ledger.progress().taken
        try await ledger.empty()
        let began = Instant.now()
        let pass = try await pass(ledger, inputs) {}
        guard try await ledger.digest() == before else {
            throw Unexpected(description: "the ledger made anew has other points in it")
        }
        let limit = try await ledger.limit(entriesSince: began)
        say("made anew: \(pass.text), of \(inputs) inputs; insert … select of the same: \(Int(limit.perSecond)) rows/s")
        try note("credit.anew", pass.perSecond)
        try note("credit.anew.limit", limit.perSecond)
        say(String(format: "made anew to the limit: %.3f", pass.perSecond / limit.perSecond))
    }

    private struct Figures {
        var plain: [Double] = []
        var late: [Double] = []
        var limit: [Double] = []
        var settling: [Double] = []
        var shares: [Double] { zip(plain, limit).map { $0 / $1 } }
        var settlingShares: [Double] { zip(settling, limit).map { $0 / $1 } }

        mutating func add(_ plain: Pass, _ late: Pass, _ limit: Double) {
            self.plain.append(plain.perSecond)
            self.late.append(late.perSecond)
            settling.append(Double(plain.entries) / (plain.busy - plain.taking))
            self.limit.append(limit)
        }
    }

    private struct Pass {
        let inputs: Int
        let entries: Int
        let taking: Double
        let busy: Double
        let waiting: Double

        var perSecond: Double { Double(entries) / busy }

        var text: String {
            String(
                format: "%d inputs in %.1f s, settled and published in %.1f s more: %d entries, %.0f/s (waited %.0f s)",
                inputs, taking, busy - taking, entries, perSecond, waiting)
        }
    }

    /// Takes so many more inputs with credit started anew, until nothing is left of them.
    private static func pass(
        _ ledger: CreditLedger, _ inputs: Int, atSecond second: Int64 = 0, _ load: () async throws -> Void
    ) async throws -> Pass {
        try await ledger.stack.stop("credit")
        let before = try await ledger.progress()
        let entries = try await ledger.entries
        try await load()
        // What was taken in one minute is settled at the next.
        let until = (60_000 + second * 1_000 - Instant.now().milliseconds % 60_000) % 60_000
        try await Task.sleep(for: .milliseconds(until))
        try ledger.stack.start("credit")
        // From the first batch that is stored, so that starting and joining the group do not count.
        var began: ContinuousClock.Instant?
        var taken: ContinuousClock.Instant?
        var waiting = Duration.zero
        var last = ContinuousClock.now
        while true {
            let progress = try await ledger.progress()
            let now = ContinuousClock.now
            if began == nil, progress.taken > before.taken { (began, last) = (now, now) }
            if let began {
                if taken == nil, progress.taken - before.taken >= inputs { taken = now }
                if let taken {
                    if !progress.isBusy, !progress.isWaiting {
                        try await ledger.stack.stop("credit")
                        try await ledger.checkNothingIsLeft()
                        let made = try await ledger.entries - entries
                        let sent = try await ledger.progress().published - before.published
                        guard made == sent else {
                            throw Unexpected(description: "\(made) entries are made, and \(sent) published")
                        }
                        return Pass(
                            inputs: inputs, entries: made, taking: (taken - began) / .seconds(1),
                            busy: (now - began - waiting) / .seconds(1), waiting: waiting / .seconds(1))
                    }
                    if !progress.isBusy { waiting += now - last }
                }
            }
            last = now
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func load(
        _ count: Int, _ producer: Producer, _ records: (Range<Int>) throws -> [OutgoingRecord]
    ) async throws {
        for start in stride(from: 0, to: count, by: 5_000) {
            try await producer.send(try records(start..<min(count, start + 5_000)))
        }
    }
}
