import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

/// What people see of a case beyond who has it and by when.
@Suite struct `a case as people see it` {
    @Test func `shows its pause, the time that was asked for, and what waits for an answer`() throws {
        var play = try Play()
        let plain = CaseView(play.state, text: "…")
        #expect(plain.pause == nil && plain.extension == nil && plain.questions == nil && plain.members == nil)
        try play.act(.accept)
        try play.act(.askExtension)
        #expect(CaseView(play.state, text: "…").extension?.granted == nil)
        try play.act(.grantExtension, by: .townClerk)
        try play.act(.supervise, by: .townClerk)
        try play.act(.pause)
        let view = CaseView(play.state, text: "…")
        #expect(view.extension?.granted == true && view.extension?.until == view.resolveBy)
        #expect(view.questions?.map(\.rung) == [.town])
        #expect(view.pause?.reason == "waiting-for-parts")
        try play.act(.answer)
        try play.act(.resume)
        #expect(CaseView(play.state, text: "…").questions == nil && CaseView(play.state, text: "…").pause == nil)
    }

    @Test func `names the cases that were joined, from either side`() throws {
        var play = try Play()
        try play.act(.join)
        #expect(CaseView(play.state, text: "…").joinedTo == play.other.id)
        #expect(CaseView(play.other, text: "…").members == [play.state.id])
        try play.act(.split)
        #expect(CaseView(play.state, text: "…").joinedTo == nil)
        #expect(CaseView(play.other, text: "…").members == nil)
    }

    /// A town has to see what it is to approve, and everybody who leads where several come.
    @Test(.needsPostgres)
    func `shows a whistle that waits for approval, and who leads`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("暖气不热", id: "c1", category: "utility.heating.cold")
            let asked = try await rig.act(.blowWhistle, on: id) {
                $0.whistle = .keyWork
                $0.departments = [City.water, City.power]
                $0.lead = City.power
                $0.reason = "要几家一起办"
            }
            try #require(asked.verdict == .taken, "\(asked)")
            let waiting = try await rig.ask("/v1/cases/\(id)", as: .townClerk).text
            for member in [
                #""whistleAsked":{"#, #""approver":"371082007""#, #""lead":"D002""#, #""departments":["D001","D002"]"#,
            ] {
                #expect(waiting.contains(member), "\(member) is not in \(waiting)")
            }
            #expect(try await rig.act(.approveWhistle, on: id, by: .townClerk).verdict == .taken)
            let blown = try await rig.ask("/v1/cases/\(id)", as: .secretary).text
            #expect(blown.contains(#""lead":"D002""#) && !blown.contains("whistleAsked"), "\(blown)")
        }
    }

    /// As it comes over HTTP, to the member: what an app shows.
    @Test(.needsPostgres)
    func `is read with all of it over HTTP`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("暖气不热", id: "c1", category: "utility.heating.cold")
            let other = try await rig.complain("暖气不热", id: "c2", category: "utility.heating.cold")
            for kind in [CaseActionKind.accept, .askExtension, .supervise, .pause] {
                let who: City.Who = kind == .supervise ? .townClerk : .secretary
                let receipt = try await rig.act(kind, on: id, by: who) {
                    $0.until = City.opening + .seconds(86_400 + 3_600)
                    $0.reason = "配件未到"
                    $0.pause = "waiting-for-parts"
                }
                try #require(receipt.verdict == .taken, "\(receipt)")
            }
            #expect(try await rig.act(.join, on: other) { $0.into = id }.verdict == .taken)
            let text = try await rig.ask("/v1/cases/\(id)", as: .secretary).text
            for member in [
                #""answerBy":"2026-11-24T"#, #""reason":"waiting-for-parts""#, #""until":"2026-11-25T02:00:00.000Z""#,
                #""approver":"371082007""#, #""rung":"town""#, #""isOrder":true"#, #""members":["\#(other)"]"#,
            ] {
                #expect(text.contains(member), "\(member) is not in \(text)")
            }
            #expect(!text.contains("granted") && !text.contains("joinedTo"))
            let joined = try await rig.ask("/v1/cases/\(other)", as: .secretary).text
            #expect(joined.contains(#""joinedTo":"\#(id)""#) && !joined.contains("members"))
        }
    }
}
