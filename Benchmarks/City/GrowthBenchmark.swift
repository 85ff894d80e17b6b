import Arguments
import BenchmarkReport
import Contracts
import Foundation
import Kafka
import Postgres

/// The figure `findings` with much and with little in the store, in turn: the same records of one topic, read into two databases.
/// See infra/dev/bench-data, which fills them.
///
/// Ids in order meet few pages of an index, however large it is. Ids drawn at random, such as UUIDs, meet another page each.
enum GrowthBenchmark {
    enum IDs: String, CaseIterable { case ordered, random }

    static let ids = Option(
        "ids", value: "KIND", about: "what gateways name findings by: ordered or random", parser: .choice(IDs.self))

    static let command = Command(
        "growth", about: "patrol findings from a backlog, into a large store and into a small one",
        options: [MeasuredStack.file, MeasuredStack.count, MeasuredStack.runs, ids]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let producer = try Producer(["bootstrap.servers": stack.kafka, "linger.ms": "20"])
        for service in ServiceName.allCases { try await stack.stop(service.rawValue) }
        // Chores would clear the fixture away.
        try stack.set("MUSTER_KEEP_INPUTS_DAYS", "3650", of: "intake")
        var stores: [Store] = []
        for size in ["small", "large"] { stores.append(try await Store(size, stack)) }
        for store in stores { try await store.catchUp() }
        var stored: [Double] = []
        var published: [Double] = []
        // The first is warm-up, for both.
        for run in 0...values[MeasuredStack.runs] {
            try await load(values[MeasuredStack.count], run, values[ids], traffic, producer)
            var rates: [String: (stored: Double, published: Double)] = [:]
            for store in run.isMultiple(of: 2) ? stores : stores.reversed() {
                rates[store.size] = try await store.read(values[MeasuredStack.count])
            }
            guard let small = rates["small"], let large = rates["large"] else { continue }
            say(
                String(
                    format: "%@, %@ ids: large stored %.0f/s, published %.0f/s; small stored %.0f/s, published %.0f/s",
                    run == 0 ? "warm-up" : "run \(run)", values[ids].rawValue, large.stored, large.published,
                    small.stored, small.published))
            if run == 0 { continue }
            stored.append(large.stored / small.stored)
            published.append(large.published / small.published)
            try note("growth.\(values[ids].rawValue).large", large.published)
            try note("growth.\(values[ids].rawValue).small", small.published)
        }
        say("large to small, \(values[ids].rawValue) ids, stored: \(Figure(values: stored).text("", digits: 2))")
        say("large to small, \(values[ids].rawValue) ids, published: \(Figure(values: published).text("", digits: 2))")
        for store in stores { await store.close() }
        await producer.close()
    }

    /// One of the two databases, with intake pointed at it in turn.
    private struct Store {
        let size: String
        let stack: MeasuredStack
        let connection: PostgresConnection
        let service: String

        init(_ size: String, _ stack: MeasuredStack) async throws {
            self.size = size
            self.stack = stack
            let name = "muster_\(size)"
            guard var admin = URLComponents(string: stack.postgres), let replica = stack.replicas(of: "intake").first
            else { throw Unexpected(description: "the stack has no intake, or no URL of Postgres") }
            admin.path = "/\(name)"
            connection = try await PostgresConnection.connect(admin.string ?? "")
            let folder = URL(filePath: replica.process).deletingLastPathComponent()
            admin.user = "\(name)_intake"
            admin.password = try String(contentsOf: folder.appending(path: "intake.password"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            service = admin.string ?? ""
        }

        func catchUp() async throws {
            try point()
            try await stack.catchUp(.intake, connection)
        }

        private func point() throws { try stack.set("MUSTER_POSTGRES_URL", service, of: "intake") }

        /// The records that are there since it last read, from a checkpoint on: that is when a page costs most.
        func read(_ count: Int) async throws -> (stored: Double, published: Double) {
            try await connection.run { session in
                session.timeout = .seconds(300)
                try session.execute("checkpoint")
            }
            let before = try await FindingsBenchmark.taken(stack, connection)
            let sent = try await FindingsBenchmark.sent(stack, connection)
            try point()
            try stack.start("intake")
            let rates = try await FindingsBenchmark.measure(count, before, sent, stack, connection)
            try await stack.stop("intake")
            return rates
        }

        func close() async { await connection.close() }
    }

    private static func load(
        _ count: Int, _ run: Int, _ ids: IDs, _ traffic: Traffic, _ producer: Producer
    ) async throws {
        for start in stride(from: 0, to: count, by: 5_000) {
            try await producer.send(
                (start..<min(count, start + 5_000)).map {
                    try traffic.finding(
                        "growth-\(run)", $0, id: ids == .random ? UUID().uuidString.lowercased() : nil)
                })
        }
    }
}
