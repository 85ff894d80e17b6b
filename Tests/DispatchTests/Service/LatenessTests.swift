import Contracts
import ServiceKit
import Telemetry
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct `the lateness of evidence` {
    /// What departments did ten minutes before it reached us by one gateway, and at once by another.
    @Test func `is counted by the sender, and only for what a department says that it did`() async throws {
        try await DispatchRig.use { rig in
            let metrics = Metrics()
            rig.handler.lateness.register(in: metrics)
            let id = try await rig.complain("水管爆了", id: "c1")
            _ = try await rig.act(.blowWhistle, on: id) {
                $0.whistle = .emergency
                $0.departments = [City.water, City.power]
            }
            rig.clock.set(City.opening + .seconds(600))
            func send(_ kind: CaseActionKind, _ department: DepartmentCode?, from source: String, late: Int)
                async throws
            {
                let envelope = EventEnvelope(
                    id: "\(kind.rawValue)-\(source)", source: source, type: CaseAction.type,
                    time: rig.clock.now() - .seconds(late), actor: City.Who.secretary.id)
                let action = CaseAction(case: id, action: kind, department: department)
                let receipt = try await rig.take([(envelope, .action(action))])[0]
                #expect(receipt.verdict == .taken, "\(receipt)")
            }
            try await send(.checkIn, City.water, from: "test", late: 600)
            try await send(.sign, City.power, from: Identity.directSource, late: 0)
            // Somebody else's step is no evidence.
            try await send(.endWhistle, nil, from: "test", late: 0)
            let lines = String(decoding: metrics.render(accept: nil).body, as: UTF8.self).split(separator: "\n")
            func value(_ series: String) -> Substring? {
                let name = "muster_dispatch_evidence_lateness_seconds_\(series) "
                return lines.first { $0.hasPrefix(name) }?.dropFirst(name.count)
            }
            #expect(value(#"count{source="test"}"#) == "1", "\(lines)")
            #expect(value(#"sum{source="test"}"#).flatMap { Double($0) } == 600)
            #expect(value(#"bucket{source="test",le="300.0"}"#) == "0")
            #expect(value(#"bucket{source="test",le="900.0"}"#) == "1")
            #expect(value("sum{source=\"\(Identity.directSource)\"}").flatMap { Double($0) } == 0)
        }
    }
}
