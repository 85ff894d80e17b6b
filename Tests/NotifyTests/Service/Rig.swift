import Contracts
import Crypto
import FoundationEssentials
import HTTPClient
import HTTPServer
import Postgres
import Schemas
import Telemetry
import TestSupport
import Threads

@testable import ServiceKit
@testable import muster_notify

/// Notify on a database of its own, without Kafka: events are handed over as a batch would be, and the clock is stepped.
final class Rig: Sendable {
    let pool: PostgresPool
    let clock = CityClock(.stepped)
    let bell = Bell()
    let feed: Feed<InboxFeed.Arrival>
    let handler: NotifyHandler
    let book: AddressBook
    let policy: NoticePolicy
    private let committer: Committer<NotifyHandler>
    private let client: Client
    let log = Logger(service: "notify", level: .critical)
    private let writes: WriteCombiner<NotifyHandler>

    static let cipher: ColumnCipher = {
        guard let ring = try? KeyRing([1: [UInt8](repeating: 7, count: 32)], current: 1) else {
            preconditionFailure("a key of 32 bytes is a key")
        }
        return ColumnCipher(ring)
    }()

    private static let template = DatabaseTemplate { database in
        let connection = try await PostgresConnection.connect(database.url)
        try await connection.run { session in
            try session.execute("create schema notify")
            _ = try Schemas.migrations(of: .notify).apply(in: &session)
        }
        await connection.close()
    }

    private init(_ database: ScratchDatabase, _ book: AddressBook, _ policy: NoticePolicy) throws {
        pool = PostgresPool(database.poolOptions(schema: "notify"))
        feed = Feed(pool, InboxFeed.source, changes: bell)
        self.book = book
        self.policy = policy
        handler = NotifyHandler(policy: policy, book: book, cipher: Rig.cipher)
        committer = Committer(
            service: .notify, handler: handler, pool: pool, clock: clock, wake: { [bell] _ in bell.ring() })
        writes = WriteCombiner(committer, slot: 0, log: log)
        client = try Client()
    }

    /// Lends one in which the small city is listed, at noon.
    static func use(
        channels json: String = "{}", policy: NoticePolicy? = nil, _ body: (Rig) async throws -> Void
    ) async throws {
        try await ScratchDatabase.use(template) { database in
            let rig = try Rig(database, AddressBook(json: Array(json.utf8)), policy ?? NoticePolicy.load())
            rig.clock.set(SmallCity.noon)
            let writing = Task { await rig.writes.run() }
            let result: Result<Void, any Error>
            do {
                try await rig.list(SmallCity.people)
                try await rig.execute("insert into replica (id, seen_at) values ('r1', 'infinity'), ('r2', 'infinity')")
                result = .success(try await body(rig))
            } catch {
                result = .failure(error)
            }
            rig.writes.close()
            await writing.value
            await rig.client.close()
            await rig.pool.close()
            try result.get()
        }
    }

    /// Lists the city with these people.
    func list(_ people: [PersonListed], at time: Instant = SmallCity.beginning) async throws {
        let changes =
            SmallCity.units.map { DirectoryChange.unit($0, at: time) }
            + SmallCity.departments.map { .department($0, at: time) } + people.map { .person($0, at: time) }
        try await pool.run { session in
            try session.pipeline(DirectoryRows.requests(for: changes)) { _, _ in }
        }
    }

    /// Hands events over as one batch.
    @discardableResult
    func take(_ occasions: [Occasion], by other: NotifyHandler? = nil) async throws -> [Receipt] {
        let inputs = occasions.map { occasion in
            Input(
                envelope: occasion.envelope, command: NotifyCommand.news(occasion.news),
                digest: Array(occasion.envelope.id.utf8),
                origin: .topic("dispatch.cases", partition: 0, offset: 0))
        }
        var committer = committer
        if let other {
            committer = Committer(service: .notify, handler: other, pool: pool, clock: clock, wake: { _ in })
        }
        return try await committer.attempt(
            inputs, .init(), .marker(.v7(at: MachineClock.now())), slot: 0, publishesReceipts: false,
            refusesEarly: true)
    }

    func list(_ contacts: [ContactListed]) async throws {
        let inputs = contacts.map {
            Input(
                envelope: EventEnvelope(id: "\($0.person)", source: "x", type: ContactListed.type, time: clock.now()),
                command: NotifyCommand.contact($0), digest: [], origin: .http(route: "POST /v1/contacts"))
        }
        _ = try await writes.submit(inputs)
    }

    /// A running service's context.
    func context(replica: String = "r1") -> ServiceContext<NotifyHandler> {
        ServiceContext(
            service: .notify, pool: pool, clock: clock, authenticator: Authenticator(verifier: nil), writes: writes,
            replica: replica, log: log, metrics: Metrics())
    }

    /// One step of a chore, at the city's time.
    func step(_ chore: Chore) async throws -> Int {
        let now = clock.now()
        return try await pool.run { session in try chore.step(&session, now, Int32(chore.limit)) }
    }

    /// A sender that is not yet at work.
    func sender(replica: String = "r1") throws -> NoticeSender {
        let senders = Senders(
            webhook: WebhookSender(client: client, now: MachineClock.now, timeout: .seconds(30)),
            wecom: WeComSender(client: client, codes: try .standard(), timeout: .seconds(30)),
            sms: book.gateway.map { SMSSender(client: client, gateway: $0, timeout: .seconds(30)) })
        return NoticeSender(
            context(replica: replica), senders: senders, book: book, cipher: Rig.cipher,
            policy: DeliveryPolicy(quietHours: policy.rules.quietHours))
    }

    /// Sends while the body runs, as one replica or more.
    func sending(replicas: [String] = ["r1"], _ body: () async throws -> Void) async throws {
        let tasks = try replicas.map { replica in
            let sender = try sender(replica: replica)
            return Task { await sender.run(until: bell) }
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for task in tasks {
            task.cancel()
            await task.value
        }
        try result.get()
    }

    /// Moves the city's time, as a step of the clock does.
    func step(to time: Instant) {
        clock.set(time)
        bell.ring()
    }

    // MARK: Looking

    func execute(_ sql: String) async throws {
        try await pool.run { session in try session.execute(sql) }
    }

    /// The rows of a query, as text.
    func rows(_ sql: String) async throws -> [String] {
        try await pool.run { session in
            try session.query(Statement(once: "select (row)::text from (\(sql)) as row")).rows(as: String.self)
        }
    }

    func count(_ sql: String) async throws -> Int {
        try await pool.run { session in
            Int(try session.query(Statement(once: "select (\(sql))::int8")).value(Int64.self, row: 0, column: 0))
        }
    }

    /// Every notice there is: whom, by which rule, on which channel, and its state.
    func notices() async throws -> [String] {
        try await rows("select recipient, rule, channel, state from notice order by 1, 2, 3")
    }

    /// The events that were written to the outbox, as notice and state.
    func published() async throws -> [String] {
        let packed = try await pool.run { session in
            try session.query(Statement(once: "select messages from outbox order by id")).rows(as: Bytes.self)
        }
        return try packed.flatMap { try OutboxRow.unpack($0.bytes) }.map { message in
            let settled = try EventJSON.decode(NoticeSettled.self, from: message.value ?? [])
            return "\(settled.recipient)/\(settled.channel.rawValue) \(settled.state.rawValue)"
        }
    }
}
