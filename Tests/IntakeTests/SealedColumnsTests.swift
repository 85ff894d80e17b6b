import Contracts
import Crypto
import FoundationEssentials
import Postgres
import Schemas
import ServiceKit
import TestSupport
import Testing

@testable import muster_intake

/// What visits learn lies in Postgres sealed, and each value opens in its own row alone.
@Suite(.timeLimit(.minutes(2)))
struct SealedColumnsTests {
    private let old = [UInt8](repeating: 1, count: 32)
    private let new = [UInt8](repeating: 2, count: 32)
    private let time = Instant("2026-11-24T08:00:00+08:00")!

    private func columns(_ keys: [KeyRing.KeyID: [UInt8]], current: KeyRing.KeyID) throws -> SealedColumns {
        SealedColumns(cipher: ColumnCipher(try KeyRing(keys, current: current)))
    }

    private func key(_ attribute: String = "phone", subject: String = "home-1") -> FactKey {
        FactKey(
            register: "homes", subject: subject, attribute: attribute, since: Timestamp(time),
            visit: .derived(from: "v", at: time, type: "t", subject: "s"))
    }

    @Test func `a value that is moved to another row does not open`() throws {
        let columns = try columns([1: old], current: 1)
        let sealed = columns.seal("13812345678", key())
        #expect(try columns.open(sealed, key()) == "13812345678")
        #expect(throws: ColumnCipherError.tampered) { try columns.open(sealed, key(subject: "home-2")) }
        #expect(throws: ColumnCipherError.tampered) { try columns.open(sealed, key("mobile")) }
    }

    @Test func `after a change of keys old values open as long as their key is there`() throws {
        let before = try columns([1: old], current: 1)
        let during = try columns([1: old, 2: new], current: 2)
        let after = try columns([2: new], current: 2)
        let first = before.seal("one", key())
        let second = during.seal("two", key())
        #expect(try during.open(first, key()) == "one")
        #expect(try after.open(second, key()) == "two")
        #expect(throws: ColumnCipherError.unknownKey(1)) { try after.open(first, key()) }
    }

    @Test(.needsPostgres) func `nothing of what was said at a door lies in the tables in the open`() async throws {
        let columns = try columns([1: old], current: 1)
        let handler = IntakeHandler(columns: columns)
        try await ScratchDatabase.use { database in
            let connection = try await PostgresConnection.connect(database.url)
            let time = time
            let dump = try await connection.run { session in
                try session.execute("create schema intake")
                _ = try Schemas.migrations(of: .intake).apply(in: &session)
                try session.execute("set search_path to intake")
                try session.execute(Self.directory)
                // When a visit is stored as a batch would
                var effects = Effects()
                let visit = VisitReported(
                    grid: UnitCode("371082007025001")!,
                    place: Place(unit: UnitCode("3710820070250010001")!, label: "door-label-402"), outcome: .met,
                    minutes: 10,
                    facts: [
                        RegisterFact(register: .homes, subject: "home-1", attribute: "phone", value: "13812345678")
                    ],
                    note: "note-of-the-visit")
                let envelope = EventEnvelope(
                    id: "v-1", source: "app", type: VisitReported.type, time: time, actor: PersonID("p-1"))
                let input = Input(
                    envelope: envelope, command: IntakeCommand.visit(visit), digest: [1], origin: .http(route: "test"))
                let verdicts = try handler.decide([input], in: &session, at: time, &effects)
                #expect(verdicts.count == 1)
                guard case .taken = verdicts[0] else { throw Refused(verdict: verdicts[0]) }
                try session.pipeline(effects.requests) { _, _ in }
                return try session.query(
                    Statement("dump", "select visit::text || fact::text from visit, fact")
                ).value(String.self, row: 0, column: 0)
            }
            await connection.close()
            for secret in ["13812345678", "door-label-402", "note-of-the-visit"] {
                let hex = Array(secret.utf8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                #expect(!dump.contains(secret) && !dump.contains(hex), "\(secret) is there to be read")
            }
            #expect(dump.contains("home-1"))
        }
    }

    private struct Refused: Error { let verdict: Verdict }

    private static let directory = """
        insert into directory_unit values ('371082007025001', 'g', null, now()), ('3710820070250010001', 'b', null, now());
        insert into directory_person values ('p-1', 'n', 'zh', now());
        insert into directory_posting values ('p-1', 0, 'grid-chief', '371082007025001', null, '2025-01-01', null);
        insert into directory_gateway values ('app', array['muster.gateway.visit.v1'], now());
        """
}
