import Contracts
import Testing

@testable import ServiceKit

/// What a replica is called by whom nothing else was told.
struct ReplicaNameTests {
    private func name(_ hostName: String, _ processID: Int32, _ more: [String: String] = [:]) throws -> String {
        let environment = [
            "MUSTER_POSTGRES_URL": "postgres://muster_intake@127.0.0.1/muster",
            "MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
        ]
        return try ServiceSettings(
            .intake, environment: environment.merging(more) { $1 }, arguments: ["--insecure-dev"], hostName: hostName,
            processID: processID
        ).replica
    }

    @Test func `two containers are two replicas, though each is process 1 of its own`() throws {
        #expect(try name("0f04689b9eec", 1) != name("530d129bf933", 1))
    }

    @Test func `two processes of one machine are two replicas`() throws {
        #expect(try name("host", 100) != name("host", 101))
    }

    @Test func `a name that is set is taken as it is`() throws {
        #expect(try name("host", 100, ["MUSTER_REPLICA": "intake-7"]) == "intake-7")
    }
}
