import FoundationEssentials
import Postgres
import Testing

/// Rows stored a second, beside psql's COPY on the same machine in the same run. Run it alone and optimised:
///
///     MUSTER_TEST_FIGURES=1 swift test -c release -Xswiftc -enable-testing --disable-xctest --filter Figures
@Suite(
    .needsPostgres, .scratchDatabase, .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["MUSTER_TEST_FIGURES"] != nil, "set MUSTER_TEST_FIGURES=1"))
struct Figures {
    private static let batch = 500
    private static let batches = 200
    private static let payloadSize = 269

    /// Keys that grow with time, as a UUIDv7's do.
    private static func ids(_ count: Int) -> [UUID] {
        (0..<count).map { number in
            var uuid = UUID().uuid
            let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000) + UInt64(number / 100)
            withUnsafeMutableBytes(of: &uuid) { bytes in
                for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * index)) }
                bytes[6] = bytes[6] & 0x0F | 0x70
            }
            return UUID(uuid: uuid)
        }
    }

    private func report(_ what: String, rows: Int, _ duration: Duration) {
        let rate = Int(Double(rows) / (duration / .seconds(1)) / 1000)
        print("figure: \(what): \(rate)k rows/s (\(rows) rows in \(duration))")
    }

    @Test(arguments: [1, 2])
    func `batches with fence, key and outbox`(connections: Int) async throws {
        for round in 1...3 {
            let store = BatchStore(prefix: "figure_\(connections)_\(round)")
            let lent = try await withThrowingTaskGroup(of: PostgresConnection.self) { group in
                for _ in 0..<connections { group.addTask { try await .connect(try ScratchDatabase.conninfo) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await lent[0].run { try $0.execute(store.schema) }
            let input = (0..<connections).map { _ in (0..<Self.batches).map { _ in Self.ids(Self.batch) } }
            let duration = try await ContinuousClock().measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (partition, connection) in lent.enumerated() {
                        group.addTask {
                            for (number, ids) in input[partition].enumerated() {
                                let outcome = try await connection.run { session in
                                    try store.store(
                                        ids, payloadSize: Self.payloadSize, from: Int64(number * Self.batch),
                                        partition: Int32(partition), in: &session)
                                }
                                #expect(outcome == .init(isOwner: true, stored: Int64(Self.batch)))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            report(
                "one statement a batch, \(connections) connection(s)", rows: connections * Self.batches * Self.batch,
                duration)
        }
    }

    @Test func `rows read`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let rows = 300_000
        let select = Statement("select", "select gen_random_uuid(), n, repeat('x', 40) from generate_series(1, $1) n")
        for _ in 1...3 {
            try await connection.run { session in
                let result = try session.query(select, Parameters(Int64(rows)))
                let decoding = try ContinuousClock().measure {
                    let sum = try result.rows(as: UUID.self, Int64.self, String.self).reduce(0) { $0 + $1.1 }
                    #expect(sum == Int64(rows) * Int64(rows + 1) / 2)
                }
                report("decoding three columns of a result", rows: rows, decoding)
                let streaming = try ContinuousClock().measure {
                    try session.forEachRow(select, Parameters(Int64(rows)), as: UUID.self, Int64.self, String.self) {
                        _, _, _ in
                    }
                }
                report("streaming three columns, the server's work included", rows: rows, streaming)
            }
        }
    }

    @Test func `binary copy with key`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let ids = Self.ids(Self.batch * Self.batches)
        let payload = Bytes([UInt8](repeating: 0x78, count: Self.payloadSize))
        for _ in 1...3 {
            try await connection.run { session in
                try session.execute(
                    "drop table if exists copied; create table copied (id uuid primary key, payload bytea not null)")
                let duration = try ContinuousClock().measure {
                    try session.copyIn("copy copied from stdin (format binary)", ids) { id, writer in
                        writer.append(id, payload)
                    }
                }
                report("our binary COPY with key", rows: ids.count, duration)
            }
        }
    }

    @Test(.enabled("psql is not installed") { Shell.succeeds("command -v psql") })
    func `the same by psql`() async throws {
        let conninfo = try ScratchDatabase.conninfo
        let connection = try await PostgresConnection.connect(conninfo)
        let file = "/tmp/muster-figure-\(UUID().uuidString)"
        let payload = #"\\x"# + String(repeating: "78", count: Self.payloadSize)
        let lines = Self.ids(Self.batch * Self.batches).map { "\($0)\t\(payload)\n" }
        try Data(lines.joined().utf8).write(to: URL(filePath: file))
        for _ in 1...3 {
            try await connection.run { session in
                try session.execute(
                    "drop table if exists by_psql; create table by_psql (id uuid primary key, payload bytea not null)")
            }
            let duration = try await ContinuousClock().measure {
                try await Shell.run(#"psql "\#(conninfo)" -qc "\copy by_psql from '\#(file)'""#)
            }
            report("psql's text COPY with key, its start included", rows: lines.count, duration)
        }
        try await Shell.run("rm \(file)")
    }
}
