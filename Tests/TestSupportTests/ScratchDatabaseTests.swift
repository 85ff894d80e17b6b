import Postgres
import TestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct ScratchDatabaseTests {
    private struct Broken: Error {}

    /// The names of the databases on the server that are among those given.
    private func existing(_ names: [String], seenFrom database: ScratchDatabase) async throws -> [String] {
        let connection = try await PostgresConnection.connect(database.url)
        let statement = Statement(
            "existing", "select datname::text from pg_database where datname = any($1) order by 1")
        return try await connection.run { session in
            try session.query(statement, Parameters(names)).rows(as: String.self)
        }
    }

    @Test func `a database is there while it is lent, and gone after`() async throws {
        try await ScratchDatabase.use { observer in
            let name = try await ScratchDatabase.use { lent in
                let found = try await existing([lent.name], seenFrom: observer)
                #expect(found == [lent.name])
                return lent.name
            }
            let found = try await existing([name], seenFrom: observer)
            #expect(found == [])
        }
    }

    @Test func `a database goes also when the test throws, with connections to it left open`() async throws {
        try await ScratchDatabase.use { observer in
            var name = ""
            await #expect(throws: Broken.self) {
                try await ScratchDatabase.use { lent in
                    name = lent.name
                    let forgotten = try await PostgresConnection.connect(lent.url)
                    #expect(await forgotten.isOpen)
                    throw Broken()
                }
            }
            let found = try await existing([name], seenFrom: observer)
            #expect(found == [])
        }
    }

    @Test func `a database goes also when the test is cancelled`() async throws {
        try await ScratchDatabase.use { observer in
            let (names, name) = AsyncStream.makeStream(of: String.self)
            let test = Task {
                try await ScratchDatabase.use { lent in
                    name.yield(lent.name)
                    try await eventually("cancelled", within: .seconds(60)) { Task.isCancelled }
                }
            }
            let lent = try #require(await names.first { _ in true })
            test.cancel()
            _ = await test.result
            let found = try await existing([lent], seenFrom: observer)
            #expect(found == [])
        }
    }

    @Test func `copies of a template have its rows, and none of each other's`() async throws {
        let template = DatabaseTemplate { database in
            let connection = try await PostgresConnection.connect(database.url)
            try await connection.run { try $0.execute("create table note (id int4); insert into note values (1)") }
            await connection.close()
        }
        let counts = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await ScratchDatabase.use(template) { database in
                        let connection = try await PostgresConnection.connect(database.url)
                        return try await connection.run { session in
                            try session.execute("insert into note values (2)")
                            return try session.query(Statement("count", "select count(*) from note"))
                                .value(Int64.self, row: 0, column: 0)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [2, 2, 2, 2])
    }
}
