import Arguments
import Contracts
import Postgres

/// That somebody looks at a dead letter whole: recorded before it is shown.
struct DeadLook: Sendable {
    let service: ServiceName
    let letter: DeadLetters.Letter
    let reason: String

    /// - Parameter url: of an admin's connection; its role is the one that the record names.
    func record(in url: String) async throws {
        let statement = Statement(
            "dead_look_\(service.rawValue)",
            """
            insert into \(service.rawValue).dead_look (partition, "offset", looked_by, reason)
            values ($1, $2, session_user, $3)
            """)
        let database = try await Connection.database(url)
        let parameters = Parameters(letter.record.partition, letter.record.offset, reason)
        _ = try await database.run { session in try session.query(statement, parameters).rowCount }
        await database.close()
    }
}
