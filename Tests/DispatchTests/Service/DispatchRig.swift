import Contracts
import HTTPMessages
import HTTPServer
import Postgres
import Schemas
import Telemetry
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_dispatch

/// Dispatch on a database of its own, without Kafka: inputs are handed over as a batch would be, and the clock is stepped.
final class DispatchRig: Sendable {
    let pool: PostgresPool
    let clock = CityClock(.stepped)
    let handler: DispatchHandler
    let log = Logger(service: "dispatch", level: .critical)
    let bell: Bell
    let feed: Feed<CaseNews>
    private let committer: Committer<DispatchHandler>
    private let writes: WriteCombiner<DispatchHandler>

    private static let template = DatabaseTemplate { database in
        let connection = try await PostgresConnection.connect(database.url)
        try await connection.run { session in
            try session.execute("create schema dispatch")
            _ = try Schemas.migrations(of: .dispatch).apply(in: &session)
        }
        await connection.close()
    }

    private init(_ database: ScratchDatabase, _ policy: CasePolicy, _ rules: RuleBook?) {
        var options = database.poolOptions(schema: "dispatch")
        options.sessionSettings = SessionSettings.service
        pool = PostgresPool(options)
        let bell = Bell()
        self.bell = bell
        feed = Feed(pool, CaseFeed.source, changes: bell)
        handler = DispatchHandler(policy: policy, rules: rules)
        committer = Committer(
            service: .dispatch, handler: handler, pool: pool, clock: clock, wake: { _ in bell.ring() })
        writes = WriteCombiner(committer, slot: 0, log: log)
    }

    /// Lends one in which the small city is listed, at nine of its opening day.
    static func use(
        policy: CasePolicy? = nil, rules: RuleBook? = nil, _ body: (DispatchRig) async throws -> Void
    ) async throws {
        let policy = try policy ?? shippedPolicy.get()
        try await ScratchDatabase.use(template) { database in
            let rig = DispatchRig(database, policy, rules)
            rig.clock.set(City.opening)
            let writing = Task { await rig.writes.run() }
            let result: Result<Void, any Error>
            do {
                try await rig.listCity()
                result = .success(try await body(rig))
            } catch {
                result = .failure(error)
            }
            rig.writes.close()
            await writing.value
            await rig.pool.close()
            try result.get()
        }
    }

    private func listCity() async throws {
        let city = City.directory
        var changes = city.units.values.map { DirectoryChange.unit($0, at: City.founding) }
        changes += city.departments.values.map { .department($0, at: City.founding) }
        changes += city.postings.map { person, postings in
            .person(
                PersonListed(person: person, name: person.text, language: .chinese, postings: postings),
                at: City.founding)
        }
        for source in ["test", Identity.directSource] {
            changes.append(
                .gateway(
                    GatewayListed(source: source, types: EventCatalog.all.map { $0.type }), at: City.founding))
        }
        let requests = DirectoryRows.requests(for: changes)
        try await pool.run { session in try session.pipeline(requests) { _, _ in } }
    }

    /// A running service's context.
    var context: ServiceContext<DispatchHandler> {
        ServiceContext(
            service: .dispatch, pool: pool, clock: clock, authenticator: Authenticator(verifier: nil), writes: writes,
            replica: "r1", log: log, metrics: Metrics())
    }

    // MARK: Taking

    /// Hands inputs over as one batch.
    @discardableResult
    func take(
        _ inputs: [(EventEnvelope, DispatchCommand)], refusesEarly: Bool = true, arrival: Instant? = nil
    ) async throws -> [Receipt] {
        let inputs = inputs.map { envelope, command in
            Input(
                envelope: envelope, command: command, digest: Array(envelope.id.utf8),
                origin: .topic("gateway.hotline", partition: 0, offset: 0), arrival: arrival)
        }
        return try await committer.attempt(
            inputs, .init(), .marker(.v7(at: MachineClock.now())), slot: 0, publishesReceipts: false,
            refusesEarly: refusesEarly)
    }

    /// Opens a case by a complaint.
    ///
    /// - Returns: the case.
    @discardableResult
    func complain(
        _ text: String, id: String, at unit: UnitCode = City.grid,
        category: String? = "city-appearance.rubbish.exposed",
        severity: Severity = .normal, time: Instant? = nil
    ) async throws -> EventID {
        let complaint = ComplaintReceived(
            complaint: id, channel: .phone, place: Place(unit: unit), category: category, severity: severity, text: text
        )
        let envelope = EventEnvelope(
            id: id, source: "test", type: ComplaintReceived.type, time: time ?? clock.now())
        let receipt = try await take([(envelope, .complaint(complaint))])[0]
        return try #require(receipt.result, "\(receipt)")
    }

    /// Somebody acts on a case.
    @discardableResult
    func act(
        _ kind: CaseActionKind, on id: EventID, by who: City.Who = .secretary,
        _ change: (inout CaseAction) -> Void = { _ in }
    ) async throws -> Receipt {
        var action = CaseAction(case: id, action: kind)
        change(&action)
        let count = try await count("select count(*) from input")
        let envelope = EventEnvelope(
            id: "action-\(count)", source: "test", type: CaseAction.type, time: clock.now(), actor: who.id)
        return try await take([(envelope, .action(action))])[0]
    }

    // MARK: Looking

    /// What the service answers over HTTP.
    func ask(
        _ path: String, as who: City.Who?, _ method: HTTPMessages.Method = .get, _ body: String = "",
        routes: [Route]? = nil, headers extra: Fields = [:]
    ) async throws -> (status: Int, text: String) {
        let response = try await answer(path, as: who, method, body, routes: routes, headers: extra)
        switch response.body {
        case .bytes(let bytes): return (response.status.code, String(decoding: bytes, as: UTF8.self))
        case .stream(let chunks, _):
            var bytes: [UInt8] = []
            for await chunk in chunks { bytes += chunk }
            return (response.status.code, String(decoding: bytes, as: UTF8.self))
        }
    }

    func answer(
        _ path: String, as who: City.Who?, _ method: HTTPMessages.Method = .get, _ body: String = "",
        routes: [Route]? = nil, headers extra: Fields = [:]
    ) async throws -> Response {
        let router = Router(routes ?? DispatchRoutes(context: context, changes: feed).all.map(\.route))
        var headers: Fields = ["Content-Type": "application/json"]
        for field in extra.all { headers[field.name] = field.value }
        headers["X-Muster-Person"] = who?.id.text
        let target = try #require(Target(path.utf8))
        return await router.respond(to: Request(method, target, headers: headers, body: Array(body.utf8)))
    }

    /// The answer to a question that has to be answered.
    func read<Value: Decodable>(_ path: String, as who: City.Who, _: Value.Type = Value.self) async throws -> Value {
        let answer = try await ask(path, as: who)
        try #require(answer.status == 200, "\(answer.status) \(answer.text)")
        return try EventJSON.decode(Value.self, from: Array(answer.text.utf8))
    }

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
}
