import Contracts
import Postgres
import Telemetry
import Testing

@testable import ServiceKit
@testable import muster_credit
@testable import muster_dispatch
@testable import muster_intake
@testable import muster_notify

/// What each service answers, made as the running service makes it; nothing is asked of a server.
struct ServiceEndpoints: Sendable, CustomTestStringConvertible {
    let service: ServiceName
    let endpoints: [Endpoint]

    var document: OpenAPIDocument { OpenAPIDocument(service: service, endpoints: endpoints) }
    var testDescription: String { service.rawValue }

    static let all = Result {
        let key = String(repeating: "A", count: 43) + "="
        let columns = SealedColumns(cipher: try ColumnKeys.cipher(in: ["MUSTER_COLUMN_KEYS": "1:\(key)"]))
        return try [
            ServiceEndpoints(.intake, IntakeHandler(columns: columns)) {
                IntakeRoutes(context: $0, columns: columns).all
            },
            ServiceEndpoints(.dispatch, DispatchHandler(policy: .shipped())) {
                DispatchRoutes(context: $0, changes: Feed($0.pool, CaseFeed.source, changes: Bell())).all
            },
            credit(),
            ServiceEndpoints(
                .notify, NotifyHandler(policy: .load(), book: AddressBook(json: Array("{}".utf8)), cipher: nil)
            ) {
                NotifyRoutes(context: $0, feed: Feed($0.pool, InboxFeed.source, changes: Bell())).all
            },
        ]
    }

    private static func credit() throws -> ServiceEndpoints {
        let rules = try CreditRules.load([.standard]).rules
        return ServiceEndpoints(.credit, CreditHandler(rules: rules)) { CreditRoutes(context: $0, rules: rules).all }
    }

    private init<Handler: BatchHandler>(
        _ service: ServiceName, _ handler: Handler, _ routes: (ServiceContext<Handler>) -> [Endpoint]
    ) {
        let pool = PostgresPool(PostgresPool.Options(conninfo: "host=127.0.0.1 port=1"))
        let clock = CityClock(.stepped)
        let log = Logger(service: service.rawValue, level: .critical)
        let committer = Committer(service: service, handler: handler, pool: pool, clock: clock, wake: { _ in })
        let context = ServiceContext(
            service: service, pool: pool, clock: clock, authenticator: Authenticator(verifier: nil),
            writes: WriteCombiner(committer, slot: 0, log: log), replica: "r1", log: log, metrics: Metrics())
        self.service = service
        endpoints = KernelRoutes.all(service, routes(context), Readiness(), context.metrics)
    }
}
