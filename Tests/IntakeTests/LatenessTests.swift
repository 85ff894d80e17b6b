import Contracts
import Crypto
import Postgres
import Schemas
import ServiceKit
import TestSupport
import Testing

@testable import muster_intake

/// How late a report is shows by when the broker took it.
@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct LatenessTests {
    private static let said = Instant("2026-11-01T08:00:00+08:00")!
    private static let day = Duration.seconds(86_400)

    @Test func `a report that came in time is taken however late it is read, and one that came late is not`()
        async throws
    {
        // Given that both are read 20 days after they were written down
        let (soon, late, unknown) = try await decide(
            arrivals: [Self.said + .seconds(60), Self.said + Self.day * 15, nil], at: Self.said + Self.day * 20)
        #expect(soon == [.taken, .taken])
        #expect(late == [.refused(.tooOld), .refused(.tooOld)])
        // Nobody but the sender says when this one came
        #expect(unknown == [.refused(.tooOld), .refused(.tooOld)])
    }

    private enum Outcome: Equatable {
        case taken
        case refused(Refusal.Code?)

        init(_ verdict: Verdict) {
            switch verdict {
            case .taken: self = .taken
            case .refused(let refusal), .early(let refusal): self = .refused(Refusal.Code(rawValue: refusal.code))
            }
        }
    }

    /// What becomes of a visit and a finding that came then.
    private func decide(
        arrivals: [Instant?], at now: Instant
    ) async throws -> ([Outcome], [Outcome], [Outcome]) {
        var outcomes: [[Outcome]] = []
        try await ScratchDatabase.use { database in
            let connection = try await PostgresConnection.connect(database.url)
            outcomes = try await connection.run { session in
                try session.execute("create schema intake")
                _ = try Schemas.migrations(of: .intake).apply(in: &session)
                try session.execute("set search_path to intake")
                try session.execute(Self.directory)
                return try arrivals.map { arrival in
                    var effects = Effects()
                    let handler = IntakeHandler(
                        columns: SealedColumns(
                            cipher: ColumnCipher(try KeyRing([1: [UInt8](repeating: 1, count: 32)], current: 1))))
                    return try handler.decide(Self.inputs(arrival), in: &session, at: now, &effects).map(Outcome.init)
                }
            }
            await connection.close()
        }
        return (outcomes[0], outcomes[1], outcomes[2])
    }

    private static func inputs(_ arrival: Instant?) -> [Input<IntakeCommand>] {
        let grid = UnitCode("371082007025001")!
        let visit = VisitReported(grid: grid, place: Place(unit: grid), outcome: .met, minutes: 1)
        let finding = FindingReported(
            grid: grid, place: Place(unit: grid), category: "road.pothole", severity: .minor, text: "a hole")
        return [
            (VisitReported.type, IntakeCommand.visit(visit)), (FindingReported.type, IntakeCommand.finding(finding)),
        ].map { type, command in
            Input(
                envelope: EventEnvelope(id: type, source: "app", type: type, time: said, actor: PersonID("p-1")),
                command: command, digest: [1], origin: .topic("gateway.patrol", partition: 0, offset: 0),
                arrival: arrival)
        }
    }

    private static let directory = """
        insert into directory_unit values ('371082007025001', 'g', null, now());
        insert into directory_person values ('p-1', 'n', 'zh', now());
        insert into directory_posting values ('p-1', 0, 'grid-chief', '371082007025001', null, '2025-01-01', null);
        insert into directory_gateway values (
            'app', array['muster.gateway.visit.v1', 'muster.gateway.finding.v1'], now());
        """
}
