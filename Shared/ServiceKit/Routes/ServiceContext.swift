public import Contracts
import HTTPServer
public import Postgres
public import Telemetry

/// What routes and loops need of a running service.
public struct ServiceContext<Handler: BatchHandler>: Sendable {
    public let service: ServiceName
    public let pool: PostgresPool
    public let clock: CityClock
    public let authenticator: Authenticator
    public let writes: WriteCombiner<Handler>
    /// Names this replica in rows that it claims.
    public let replica: String
    public let log: Logger
    public let metrics: Metrics
    /// The types of events that it takes from other services.
    var readTypes: Set<String> = []
}
