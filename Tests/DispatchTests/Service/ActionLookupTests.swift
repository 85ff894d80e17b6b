import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

/// What a batch looks up before an action is decided.
@Suite(.needsPostgres) struct `an action as it comes in` {
    @Test func `hands a case over to a person by name`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾堆在楼下", id: "c1")
            let receipt = try await rig.act(.handOver, on: id, by: .chief) {
                $0.unit = City.neighbourGrid
                $0.person = City.Who.neighbourChief.id
            }
            #expect(receipt.verdict == .taken, "\(receipt)")
            let text = try await rig.ask("/v1/cases/\(id)", as: .secretary).text
            #expect(text.contains(#""owner":{"person":"neighbourChief","unit":"\#(City.neighbourGrid)"}"#), "\(text)")
            let stranger = try await rig.act(.handOver, on: id, by: .neighbourChief) {
                $0.person = PersonID("stranger")
            }
            #expect(stranger.reason?.code == "unknown-person")
        }
    }

    @Test(arguments: [
        ("4.5", "/rating must be a whole number of at most 64 bits"),
        ("1e400", "a number in it is too large: write whole numbers"),
    ])
    func `that has an odd number is told which member has it`(number: String, expected: String) async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾堆在楼下", id: "c1")
            let answer = try await rig.ask(
                "/v1/cases/\(id)/rate", as: .secretary, .post,
                #"{"id":"a-1","time":"2026-11-24T09:00:00+08:00","rating":\#(number)}"#)
            // The path's own item is read as any JSON first, which says less of a number that is too large.
            #expect(answer.status == 422 && answer.text.contains("/rating"), "\(answer.text)")
            let whole = try await rig.ask(
                "/v1/actions", as: .secretary, .post,
                #"[{"id":"a-1","time":"2026-11-24T09:00:00+08:00","case":"\#(id)","action":"rate","rating":\#(number)}]"#
            )
            #expect(whole.status == 200 && whole.text.contains(expected), "\(whole)")
        }
    }

    /// Whoever knows a case's id has it from us, after it was stored: to wait for it would hold up what lies behind.
    @Test func `on a case that is not there is refused at once`() async throws {
        try await DispatchRig.use { rig in
            let action = CaseAction(case: .v7(at: City.opening), action: .accept)
            let envelope = EventEnvelope(
                id: "a-1", source: "test", type: CaseAction.type, time: rig.clock.now(), actor: City.Who.chief.id)
            let receipt = try await rig.take([(envelope, .action(action))], refusesEarly: false)[0]
            #expect(receipt.reason?.code == "unknown-case")
        }
    }
}
