import Foundation
import TestSupport
import Testing

/// SIGTERM, as a rolling restart sends it.
@Suite(.timeLimit(.minutes(5)))
struct StopTests {
    @Test(.needsPostgres, .needsRealKafka)
    func `a replica that is told to stop leaves its shards to the others at once`() async throws {
        try await Deployment.use(withDirectory: false) { city in
            for program in city.programs {
                // Given a service with shards
                let before = try await Shares(of: program, city)
                #expect(before == Shares(shards: 64, replicas: 1))
                // When it is told to stop, then it ends as it should, and has no shard and is no replica any more
                let code = try await Program.aside { program.stop() }
                #expect(code == 0, "\(program.lastWords)")
                let after = try await Shares(of: program, city)
                #expect(after == Shares(shards: 0, replicas: 0), "\(program.lastWords)")
            }
        }
    }
}

/// What a service's replicas have shared out among them.
private struct Shares: Equatable {
    let shards: Int
    let replicas: Int
}

extension Shares {
    init(of program: ServiceProgram, _ city: Deployment) async throws {
        shards = try await city.count("select count(*) from \(program.name).shard_lease where owner is not null")
        replicas = try await city.count("select count(*) from \(program.name).replica")
    }
}
