import Testing

@testable import Postgres

@Suite
struct ErrorTests {
    /// Code, whether another try may help.
    private static let codes: [(code: String, isTransient: Bool)] = [
        ("08000", true), ("08006", true), ("08P01", false), ("22001", false), ("22021", false), ("22P02", false),
        ("22P05", false), ("23502", false), ("23503", false), ("23505", false), ("23514", false), ("25P02", false),
        ("40001", true), ("40P01", true), ("42501", false), ("42601", false), ("42P01", false), ("53100", true),
        ("53200", true), ("53300", true), ("55P03", true), ("57014", true), ("57P01", true), ("57P02", true),
        ("57P03", true), ("57P05", true), ("58030", true), ("58P01", false), ("KF001", false), ("P0001", false),
        ("XX000", false),
    ]

    @Test(arguments: codes)
    func `which errors pass by themselves`(code: String, isTransient: Bool) {
        let error = PostgresError(ServerReport(severity: "ERROR", sqlState: SQLState(code), message: "m"))
        #expect(error.reason == .server && error.isRetryable == isTransient)
    }

    @Test(arguments: [
        (PostgresError.Reason.connectionFailed, true), (.connectionLost, true), (.noConnectionFree, true),
        (.timedOut, true),
        (.cancelled, false), (.decoding, false), (.closed, false), (.misuse, false), (.server, false),
    ])
    func `which reasons are worth another try`(reason: PostgresError.Reason, isRetryable: Bool) {
        #expect(PostgresError(reason, "m").isRetryable == isRetryable)
    }

    @Test(arguments: ["FATAL", "PANIC"])
    func `what ends the session is a lost connection, whatever its code`(severity: String) {
        let error = PostgresError(ServerReport(severity: severity, sqlState: SQLState("25P03"), message: "m"))
        #expect(error.reason == .connectionLost && error.isRetryable)
    }

    /// What the server says, in full, and what may be kept of it: the values are somebody's.
    private static let reports: [(ServerReport, String)] = [
        (
            ServerReport(
                severity: "ERROR", sqlState: .uniqueViolation,
                message: #"duplicate key value violates unique constraint "person_phone_key""#,
                detail: "Key (phone)=(13800138000) already exists.", constraint: "person_phone_key"),
            #"duplicate key value violates unique constraint "person_phone_key" [23505]"#
        ),
        (
            ServerReport(
                severity: "ERROR", sqlState: .checkViolation,
                message: #"new row for relation "person" violates check constraint "person_check""#,
                detail: "Failing row contains (1, 13800138000).", constraint: "person_check"),
            #"new row for relation "person" violates check constraint "person_check" [23514]"#
        ),
        (
            ServerReport(
                severity: "ERROR", sqlState: .invalidTextRepresentation,
                message: #"invalid input syntax for type uuid: "13800138000""#),
            "invalid input syntax for type uuid: … [22P02]"
        ),
        (
            ServerReport(
                severity: "ERROR", sqlState: .invalidTextRepresentation,
                message: "ungültige Eingabesyntax für Typ uuid: »13800138000«"),
            "ungültige Eingabesyntax für Typ uuid: … [22P02]"
        ),
        (
            ServerReport(
                severity: "ERROR", sqlState: .deadlockDetected, message: "deadlock detected",
                detail: "Process 1 waits for ShareLock on transaction 2; blocked by process 3."),
            "deadlock detected [40P01]; Process 1 waits for ShareLock on transaction 2; blocked by process 3."
        ),
        (
            ServerReport(
                severity: "ERROR", sqlState: .diskFull,
                message: #"could not extend file "base/1/2": No space left on device"#,
                hint: "Check free disk space."),
            #"could not extend file "base/1/2": No space left on device [53100]; Check free disk space."#
        ),
    ]

    @Test(arguments: reports)
    func `an error keeps what helps and no value`(report: ServerReport, text: String) {
        let error = PostgresError(report)
        #expect(error.description == text)
        #expect(error.constraint == report.constraint)
        #expect(!String(reflecting: error).contains("13800138000") && !"\(error)".contains("13800138000"))
    }
}

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct ServerErrorTests {
    @Test(arguments: [
        ("insert into person values ($1, 1)", SQLState.uniqueViolation, "person_pkey"),
        ("insert into person values ('x' || $1, 9)", .foreignKeyViolation, "person_grid_fkey"),
        ("insert into person values ('x' || $1, -1)", .checkViolation, "person_grid_check"),
        ("insert into person values ('x' || $1, null)", .notNullViolation, nil),
        ("select $1::uuid", .invalidTextRepresentation, nil),
        ("select ('{' || $1)::jsonb", .invalidTextRepresentation, nil),
        ("select $1::date", SQLState("22008"), nil), ("select $1::int2", SQLState("22003"), nil),
        ("insert into person values ($1 || repeat('x', 100), 1)", SQLState("22001"), nil),
        ("select * from no_such where a = $1", .undefinedTable, nil),
        ("select no_such from person where phone = $1", .undefinedColumn, nil),
    ])
    func `the server's error has its code and constraint, and not the parameter`(
        sql: String, code: SQLState, constraint: String?
    ) async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            try session.execute(
                """
                create temp table grid (id int4 primary key);
                create temp table person (
                    phone varchar(50) primary key, grid int4 not null references grid check (grid > 0));
                insert into grid values (1);
                insert into person values ('13800138000', 1)
                """)
            let error = #expect(throws: PostgresError.self) {
                try session.query(Statement("failing", sql), Parameters("13800138000"))
            }
            #expect(error?.reason == .server && error?.sqlState == code && error?.constraint == constraint)
            #expect(error?.statement == "failing")
            let dumped = error.map {
                String(reflecting: $0) + "\($0)" + "\(Mirror(reflecting: $0).children.map(\.value))"
            }
            #expect(dumped?.contains("13800138000") == false)
        }
    }

    @Test func `a role that may not is told so`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.execute("create table secret (a int4); set role pg_monitor")
                try session.query(Statement(once: "select * from secret"))
            }
        }
        #expect(error?.sqlState == .insufficientPrivilege && error?.isRetryable == false)
    }

    @Test func `two that lock each other out: one fails, and another try helps`() async throws {
        let (one, two) = (
            try await PostgresConnection.connect(try ScratchDatabase.conninfo(["options": "-c deadlock_timeout=20"])),
            try await PostgresConnection.connect(try ScratchDatabase.conninfo(["options": "-c deadlock_timeout=20"]))
        )
        try await Server().execute(
            "create table dead (id int4 primary key, n int4); insert into dead values (1, 0), (2, 0)")
        func swap(_ ids: [Int32], on connection: PostgresConnection) async throws {
            try await connection.run { session in
                try session.transaction { session in
                    for id in ids {
                        try session.query(Statement("add", "update dead set n = n + 1 where id = $1"), Parameters(id))
                        try session.execute("select pg_sleep(0.1)")
                    }
                }
            }
        }
        async let first: Void = swap([1, 2], on: one)
        async let second: Void = swap([2, 1], on: two)
        var errors: [PostgresError] = []
        do { try await first } catch let error as PostgresError { errors.append(error) }
        do { try await second } catch let error as PostgresError { errors.append(error) }
        #expect(errors.map(\.sqlState) == [.deadlockDetected] && errors.allSatisfy(\.isRetryable))
        #expect(errors.first?.detail?.contains("waits for") == true)
    }

    @Test func `a serialization failure is worth another try`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { session in
                try session.execute("create table counter (n int4); insert into counter values (0)")
                try session.execute("begin isolation level repeatable read; select * from counter")
                var other = try Session(connectingTo: try ScratchDatabase.conninfo)
                try other.execute("update counter set n = 1")
                try session.execute("update counter set n = 2")
            }
        }
        #expect(error?.sqlState == .serializationFailure && error?.isRetryable == true)
    }
}
