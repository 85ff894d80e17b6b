import Contracts
import HTTPMessages
import HTTPServer
import Postgres
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit

/// `Idempotency-Key`: the same request again is answered as it was, and done once.
@Suite(.timeLimit(.minutes(3)))
struct IdempotencyTests {
    /// A replica with the toy handler: its writes, and its answers over HTTP.
    private struct Replica {
        let writes: WriteCombiner<ToyHandler>
        let router: Router

        init(_ database: KernelDatabase, _ handler: ToyHandler = ToyHandler()) {
            let clock = CityClock(.wall(offset: .zero))
            let log = Logger(service: "dispatch", level: .critical)
            let committer = Committer(
                service: .dispatch, handler: handler, pool: database.pool, clock: clock, wake: { _ in })
            writes = WriteCombiner(committer, slot: 0, log: log)
            let context = ServiceContext(
                service: .dispatch, pool: database.pool, clock: clock, authenticator: Authenticator(verifier: nil),
                writes: writes, replica: "r", log: log, metrics: Metrics())
            let route = context.upload(
                "/v1/things", UnitListed.self, "Toys", for: .everybody, example: "{}"
            ) { $0.name == "refused" ? .refuse : .store }
            router = Router([route.route])
        }

        func post(
            _ id: String, key: String?, name: String = "x", as person: String = "p-1"
        ) async throws -> (status: Int, body: String, headers: Fields) {
            let body = #"{"id":"\#(id)","time":"2026-11-24T08:00:00+08:00","unit":"371082007025001","name":"\#(name)"}"#
            var headers: Fields = ["Content-Type": "application/json", "X-Muster-Person": person]
            headers["Idempotency-Key"] = key
            let answer = await router.respond(
                to: Request(.post, "/v1/things", headers: headers, body: Array(body.utf8)))
            guard case .bytes(let bytes) = answer.body else { throw PostgresError(.misuse, "a stream") }
            return (answer.status.code, String(decoding: bytes, as: UTF8.self), answer.headers)
        }
    }

    private func use(
        _ database: KernelDatabase, replicas: [Replica], _ body: () async throws -> Void
    ) async throws {
        let tasks = replicas.map { replica in Task { await replica.writes.run() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for replica in replicas { replica.writes.close() }
        for task in tasks { await task.value }
        try result.get()
    }

    @Test(.needsPostgres) func `the same request under the same key is answered as it was, and counted once`()
        async throws
    {
        try await KernelDatabase.use { database in
            let replica = Replica(database)
            try await use(database, replicas: [replica]) {
                let first = try await replica.post("a", key: "\"k-1\"")
                let again = try await replica.post("a", key: "k-1")
                // Without the key the same item is known, which is another answer.
                let without = try await replica.post("a", key: nil)
                #expect(first.status == 201 && again.status == 201 && without.status == 200)
                #expect(first.body == again.body)
                #expect(
                    first.headers["Muster-Token"] != nil
                        && first.headers["Muster-Token"] == again.headers["Muster-Token"])
                #expect(first.headers["Idempotency-Replayed"] == nil && again.headers["Idempotency-Replayed"] == "true")
                #expect(try await database.count("select taken * 10 + known from stage_count") == 11)
                #expect(try await database.count("select count(*) from idempotent_answer") == 1)
            }
        }
    }

    @Test(.needsPostgres) func `a refusal is kept too, and another request under its key is a problem`() async throws {
        try await KernelDatabase.use { database in
            let replica = Replica(database)
            try await use(database, replicas: [replica]) {
                let first = try await replica.post("a", key: "k", name: "refused")
                let again = try await replica.post("a", key: "k", name: "refused")
                #expect(
                    first.status == 403 && again.body == first.body
                        && again.headers["Content-Type"] == "application/problem+json")
                let other = try await replica.post("b", key: "k")
                #expect(other.status == 422 && other.body.contains("/problems/idempotency-key-used"))
                #expect(try await database.count("select count(*) from toy") == 0)
                // Keys are each caller's own.
                #expect(try await replica.post("b", key: "k", as: "p-2").status == 201)
                for bad in ["", "\"\"", "a b", String(repeating: "k", count: 256)] {
                    #expect(try await replica.post("c", key: bad).status == 400, "\(bad.prefix(5))")
                }
            }
        }
    }

    @Test(.needsPostgres) func `while the first is under way the same key is told to come again`() async throws {
        try await KernelDatabase.use { database in
            let gate = Gate()
            var handler = ToyHandler()
            handler.beforeWriting = { try gate.pass() }
            let replica = Replica(database, handler)
            try await use(database, replicas: [replica]) {
                async let first = replica.post("a", key: "k")
                try await gate.arrival()
                let second = try await replica.post("a", key: "k")
                #expect(second.status == 409 && second.headers["Retry-After"] == "1")
                #expect(second.body.contains("/problems/request-under-way"))
                gate.open()
                #expect(try await first.status == 201)
                #expect(try await replica.post("a", key: "k").headers["Idempotency-Replayed"] == "true")
            }
        }
    }

    /// Of a refused request nothing but its answer shows that another replica was there first.
    @Test(.needsPostgres, arguments: [("x", 201, 10), ("refused", 403, 1)])
    func `two replicas that get the same request at once do it once and answer alike`(
        name: String, status: Int, count: Int
    ) async throws {
        try await KernelDatabase.use { database in
            let gate = Gate()
            var handler = ToyHandler()
            handler.beforeWriting = { try gate.pass() }
            let slow = Replica(database, handler)
            let quick = Replica(database)
            try await use(database, replicas: [slow, quick]) {
                // The slow one has looked, found nothing, and decided; then the quick one is done before it writes.
                async let first = slow.post("a", key: "k", name: name)
                try await gate.arrival()
                let second = try await quick.post("a", key: "k", name: name)
                gate.open()
                let late = try await first
                #expect(late.status == status && late.body == second.body)
                #expect(late.headers["Idempotency-Replayed"] == "true")
                let counted = try await database.count(
                    "select sum(taken) * 10 + sum(known) * 100 + sum(refused) from stage_count")
                #expect(counted == count)
            }
        }
    }

    @Test(.needsPostgres) func `a replica that dies before its commit leaves no answer behind`() async throws {
        try await KernelDatabase.use { database in
            struct Killed: Error {}
            var handler = ToyHandler()
            handler.beforeWriting = { throw Killed() }
            let dying = Replica(database, handler)
            let next = Replica(database)
            try await use(database, replicas: [dying, next]) {
                #expect(try await dying.post("a", key: "k").status == 500)
                #expect(try await database.count("select count(*) from idempotent_answer") == 0)
                let again = try await next.post("a", key: "k")
                #expect(again.status == 201 && again.headers["Idempotency-Replayed"] == nil)
            }
        }
    }
}

/// Stops whoever passes, on a thread of its own, until it is opened.
private final class Gate: Sendable {
    private let hasArrived = Atomic(false)
    private let isOpen = Atomic(false)

    func pass() throws {
        hasArrived.store(true, ordering: .sequentiallyConsistent)
        try blockUntil("the gate is opened") { isOpen.load(ordering: .sequentiallyConsistent) }
    }

    func arrival() async throws {
        try await eventually("somebody waits at the gate") { hasArrived.load(ordering: .sequentiallyConsistent) }
    }

    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
}
