import Contracts
import Testing

@testable import ServiceKit

/// How a service's membership of its group is kept alive.
struct SessionTests {
    @Test(arguments: [1_000, 6_000, 10_000, 300_000])
    func `several heartbeats fit into a session, however short it is set`(session: Int) throws {
        let environment = [
            "MUSTER_POSTGRES_URL": "postgres://muster_intake@127.0.0.1/muster",
            "MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
            "MUSTER_KAFKA_SESSION_TIMEOUT_MS": "\(session)",
        ]
        let settings = try ServiceSettings(
            .intake, environment: environment, arguments: ["--insecure-dev"], hostName: "host", processID: 1)
        let heartbeat = try #require(settings.consumer["heartbeat.interval.ms"].flatMap { Int($0) })
        #expect(heartbeat * 4 <= session)
        #expect(heartbeat <= 1_000)
    }
}
