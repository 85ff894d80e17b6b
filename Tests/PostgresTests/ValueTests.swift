import FoundationEssentials
import Testing

@testable import Postgres

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct ValueTests {
    /// Sends a value and reads it back, as a scalar and in an array with a null.
    private func echo<Value: PostgresScalar & Equatable>(
        _ values: [Value], as type: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let sent = values.map(Optional.some) + [nil]
        let received = try await connection.run { session in
            let array = try session.query(Statement(once: "select $1::\(type)[]"), Parameters(sent)).row(
                0, as: [Value?].self)
            let single = try sent.map { value in
                try session.query(Statement(once: "select $1::\(type)"), Parameters(value)).row(0, as: Value?.self)
            }
            return [array, single]
        }
        #expect(received == [sent, sent], sourceLocation: sourceLocation)
    }

    @Test func `every type comes back as it was sent, nulls and extremes too`() async throws {
        try await echo([true, false], as: "bool")
        try await echo([Int16.min, -1, 0, .max], as: "int2")
        try await echo([Int32.min, -1, 0, .max], as: "int4")
        try await echo([Int64.min, -1, 0, .max], as: "int8")
        try await echo([-Double.infinity, -0.1, 0, .leastNonzeroMagnitude, .pi, .infinity], as: "float8")
        try await echo(["", "grüß", "e\u{301}", "电网", "a\nb\\\"{},"], as: "text")
        try await echo(
            [Timestamp(microsecondsSince1970: -1), Timestamp(microsecondsSince1970: 1_764_000_000_123_456)],
            as: "timestamptz")
        try await echo([CalendarDay(daysSince1970: -25_567), CalendarDay(daysSince1970: 0)], as: "date")
        try await echo([UUID(), UUID()], as: "uuid")
        try await echo([Bytes([]), Bytes([0, 255])], as: "bytea")
        try await echo([JSON(utf8: Array(#"{"a": [1, null]}"#.utf8))], as: "jsonb")
    }

    @Test func `the server reads the values as they were meant`() async throws {
        let connection = try await PostgresConnection.connect(
            try ScratchDatabase.conninfo(["options": "-c timezone=UTC -c datestyle=iso"]))
        let texts = try await connection.run { session in
            try session.query(
                Statement(
                    once: """
                        select $1::timestamptz::text, $2::date::text, $3::float8::text, $4::int2::text,
                            $5::uuid::text, $6::bytea::text, ($7::jsonb -> 'b')::text
                        """),
                Parameters(
                    Timestamp(microsecondsSince1970: 1_764_000_000_123_456), CalendarDay(daysSince1970: 20_781), 0.1,
                    Int16(-7), UUID(uuidString: "6f2c3f57-6b0c-4f6e-9d7e-0a1b2c3d4e5f"), Bytes([0, 0xAB]),
                    JSON(utf8: Array(#"{"b":2}"#.utf8)))
            ).row(0, as: String.self, String.self, String.self, String.self, String.self, String.self, String.self)
        }
        #expect(
            [texts.0, texts.1, texts.2, texts.3, texts.4, texts.5, texts.6] == [
                "2025-11-24 16:00:00.123456+00", "2026-11-24", "0.1", "-7", "6f2c3f57-6b0c-4f6e-9d7e-0a1b2c3d4e5f",
                #"\x00ab"#, "2",
            ])
    }

    @Test func `an empty string is not null, though an empty buffer has no address`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        // The only value there is, so that nothing else lends it an address.
        let isNull = try await connection.run { session in
            try session.query(Statement(once: "select $1::text is null"), Parameters("")).row(0, as: Bool.self)
        }
        #expect(!isNull)
        let row = try await connection.run { session in
            try session.query(
                Statement(
                    once: "select $1::text is null, $2::bytea is null, $3::text is null, cardinality($4::int8[])"),
                Parameters("", Bytes([]), String?.none, [Int64]())
            ).row(0, as: Bool.self, Bool.self, Bool.self, Int32.self)
        }
        #expect(row == (false, false, true, 0))
    }

    @Test func `a text may come as varchar, char or name`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let row = try await connection.run { session in
            try session.query(Statement(once: "select 'a'::varchar(3), 'b'::char(2), 'c'::name, '{d,e}'::text[]"))
                .row(0, as: String.self, String.self, String.self, [String].self)
        }
        #expect(row.0 == "a" && row.1 == "b " && row.2 == "c" && row.3 == ["d", "e"])
    }

    private enum Stage: String, PostgresScalar { case open, closed }
    private enum Level: Int16, PostgresScalar { case low = 1, high = 9 }

    @Test func `an enum is stored as its raw values, and an unknown one is an error`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let result = try session.query(
                Statement(once: "select $1::text, $2::int2, $3::text[], 'half-open'::text"),
                Parameters(Stage.open, Level.high, [Stage.closed, .open]))
            let row = try result.row(0, as: Stage.self, Level.self, [Stage].self)
            #expect(row.0 == .open && row.1 == .high && row.2 == [.closed, .open])
            let error = #expect(throws: PostgresError.self) { try result.value(Stage.self, row: 0, column: 3) }
            #expect(error?.reason == .decoding && error?.isRetryable == false)
        }
    }

    @Test(arguments: [
        "select 1::int8", "select null::int4", "select 'infinity'::date", "select '-infinity'::timestamptz",
        "select array[[1,2],[3,4]]",
    ])
    func `what does not fit the Swift type is an error and no wrong value`(sql: String) async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let result = try session.query(Statement(once: sql))
            let errors = [
                #expect(throws: PostgresError.self) { try result.value(Int32.self, row: 0, column: 0) },
                #expect(throws: PostgresError.self) { try result.value(CalendarDay.self, row: 0, column: 0) },
                #expect(throws: PostgresError.self) { try result.value(Timestamp.self, row: 0, column: 0) },
                #expect(throws: PostgresError.self) { try result.value([Int32].self, row: 0, column: 0) },
            ]
            #expect(errors.allSatisfy { $0?.reason == .decoding })
        }
    }

    @Test func `a row or column outside of the result is an error`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let result = try session.query(Statement(once: "select 1"))
            for (row, column) in [(-1, 0), (1, 0), (0, 1), (0, -1), (.max, 0)] {
                let error = #expect(throws: PostgresError.self) {
                    try result.value(Int32.self, row: row, column: column)
                }
                #expect(error?.reason == .misuse)
            }
        }
    }

    @Test func `text that Postgres cannot store is told by its code`() async throws {
        let connection = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        try await connection.run { session in
            let nul = #expect(throws: PostgresError.self) {
                try session.query(Statement(once: "select $1::text"), Parameters("secret\0"))
            }
            #expect(nul?.sqlState == .characterNotInRepertoire && nul?.isRetryable == false)
            let json = #expect(throws: PostgresError.self) {
                try session.query(
                    Statement(once: "select $1::jsonb"), Parameters(JSON(utf8: Array(#""secret\u0000""#.utf8))))
            }
            #expect(json?.sqlState == .untranslatableCharacter && json?.isRetryable == false)
            #expect([nul, json].allSatisfy { $0?.description.contains("secret") == false })
        }
    }
}

@Suite
struct DecodingTests {
    @Test func `bytes that are not UTF-8 are an error, not replaced`() {
        #expect(throws: PostgresError.self) { try String.decode(([0x61, 0xFF] as [UInt8]).span.bytes) }
    }

    @Test func `a wrong length is an error`() {
        #expect(throws: PostgresError.self) { try Int64.decode(([0, 0, 0, 1] as [UInt8]).span.bytes) }
        #expect(throws: PostgresError.self) { try UUID.decode(([1, 2] as [UInt8]).span.bytes) }
        #expect(throws: PostgresError.self) { try JSON.decode([UInt8]().span.bytes) }
        #expect(throws: PostgresError.self) { try JSON.decode(([2, 0x31] as [UInt8]).span.bytes) }
    }

    @Test(arguments: 0..<40)
    func `a cut array is an error`(length: Int) throws {
        var writer = ByteWriter()
        ([1, nil, 3] as [Int32?]).encode(into: &writer)
        #expect(writer.count == 40)
        let cut = Array(writer.bytes[..<length])
        #expect(throws: PostgresError.self) { try [Int32?].decode(cut.span.bytes) }
        let whole = try [Int32?].decode(writer.bytes.span.bytes)
        #expect(whole == [1, nil, 3])
    }
}
