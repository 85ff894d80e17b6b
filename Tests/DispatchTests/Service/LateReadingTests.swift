import Contracts
import ServiceKit
import TestSupport
import Testing

@testable import muster_dispatch

/// Complaints, actions and messages that lay on their topic for days before they were read.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct `what is read late` {
    @Test func `is refused as too old only where it came too late`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1")
            let day = Duration.seconds(86_400)
            func tooOld(_ suffix: String, arrival: Instant?) async throws -> [Bool] {
                func envelope(_ type: String) -> EventEnvelope {
                    EventEnvelope(
                        id: "\(type)-\(suffix)", source: "test", type: type, time: City.opening - day * 20,
                        actor: City.Who.secretary.id)
                }
                let complaint = ComplaintReceived(
                    complaint: suffix, channel: .phone, place: Place(unit: City.grid), severity: .normal, text: "垃圾")
                let inputs: [(EventEnvelope, DispatchCommand)] = [
                    (envelope(ComplaintReceived.type), .complaint(complaint)),
                    (envelope(CaseAction.type), .action(CaseAction(case: id, action: .accept))),
                    (envelope(ChatReceived.type), .chat(ChatReceived(community: City.community, text: "接", case: id))),
                ]
                return try await rig.take(inputs, arrival: arrival).map { $0.reason?.code == "too-old" }
            }
            #expect(try await tooOld("a", arrival: nil) == [true, true, true])
            #expect(try await tooOld("b", arrival: City.opening - day * 3) == [true, true, true])
            #expect(try await tooOld("c", arrival: City.opening - day * 10) == [false, false, false])
        }
    }
}
