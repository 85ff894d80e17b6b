import Contracts
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
}
