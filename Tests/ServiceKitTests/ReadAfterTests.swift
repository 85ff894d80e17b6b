import Contracts
import HTTPMessages
import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import ServiceKit

/// A read that waits for what a write wrote.
@Suite(.timeLimit(.minutes(3)))
struct ReadAfterTests {
    private static let finding = WriteToken.Part(
        service: .intake, type: "muster.finding.recorded.v1", event: EventID("01a20d14-c250-8161-a86c-f842d86e1de1")!)
    private static let visit = WriteToken.Part(
        service: .intake, type: "muster.visit.recorded.v1", event: EventID("01a20d14-c250-8eb5-a889-8df863ddbd9b")!)

    @Test func `a token is read as it was written`() {
        let token = WriteToken([Self.finding, Self.visit])
        #expect(WriteToken(token.text) == token)
        #expect(token.text.hasPrefix("intake/muster.finding.recorded.v1/01a20d14-"))
    }

    @Test(arguments: [
        "", "x", "intake/a", "town/a/01a20d14-c250-8161-a86c-f842d86e1de1",
        "intake/a b/01a20d14-c250-8161-a86c-f842d86e1de1", "intake/a/1",
    ])
    func `what is no token is told so`(_ text: String) { #expect(WriteToken(text) == nil) }

    @Test func `of the events of one key and type a token names the last`() throws {
        func event(_ number: Int, grid: String, cause: String) -> PublishedEvent {
            let envelope = EventEnvelope(
                id: EventID.derived(from: "\(number)", at: ToyInputs.time, type: "t", subject: "s").description,
                source: "muster/intake", type: VisitRecorded.type, time: ToyInputs.time, causationID: cause)
            let unit = UnitCode(grid)!
            return PublishedEvent(
                Event(
                    envelope,
                    VisitRecorded(visit: Self.visit.event, grid: unit, unit: unit, outcome: .met, minutes: 1)))
        }
        let events = [
            event(1, grid: "371082007025001", cause: "a"), event(2, grid: "371082007025001", cause: "a"),
            event(3, grid: "371082007025002", cause: "a"), event(4, grid: "371082007025001", cause: "b"),
        ]
        let tokens = PublishedEvent.tokens(of: events, by: .intake)
        #expect(WriteToken(try #require(tokens["a"]))?.parts.map(\.event.description) == [events[1].id, events[2].id])
        #expect(WriteToken(try #require(tokens["b"]))?.parts.map(\.event.description) == [events[3].id])
    }

    @Test func `a read waits until the service has the event, and says so`() async throws {
        let looks = Atomic(0)
        let wait = ReadAfter(service: .dispatch, reads: [Self.finding.type]) { parts in
            looks.add(1, ordering: .relaxed).newValue < 3 ? .init() : .init(taken: Set(parts.map(\.event)))
        }
        let seen = try await wait.wait(for: WriteToken([Self.finding, Self.visit]), sleep: { _ in })
        #expect(seen == "taken=1, refused=0, elsewhere=1")
        #expect(looks.load(ordering: .relaxed) == 3)
    }

    @Test func `what was refused is waited for no longer`() async throws {
        let wait = ReadAfter(service: .dispatch, reads: [Self.finding.type]) { .init(refused: Set($0.map(\.event))) }
        #expect(try await wait.wait(for: WriteToken([Self.finding])) == "taken=0, refused=1, elsewhere=0")
    }

    @Test func `what was refused once and taken in the end is taken`() async throws {
        let wait = ReadAfter(service: .dispatch, reads: [Self.finding.type, Self.visit.type]) { parts in
            .init(taken: Set(parts.map(\.event)), refused: [Self.finding.event])
        }
        let seen = try await wait.wait(for: WriteToken([Self.finding, Self.visit]), patience: .milliseconds(30))
        #expect(seen == "taken=2, refused=0, elsewhere=0")
    }

    @Test func `what the service itself wrote it has`() async throws {
        let wait = ReadAfter(service: .intake, reads: []) { _ in throw Looked() }
        #expect(try await wait.wait(for: WriteToken([Self.finding])) == "taken=1, refused=0, elsewhere=0")
    }

    @Test func `past its patience a read is told to come again`() async throws {
        let wait = ReadAfter(service: .dispatch, reads: [Self.finding.type]) { _ in .init() }
        let problem = await #expect(throws: Problem.self) {
            try await wait.wait(for: WriteToken([Self.finding]), patience: .milliseconds(30))
        }
        #expect(problem?.status == .serviceUnavailable && problem?.headers["Retry-After"] == "1")
        #expect(problem?.type == "/problems/not-here-yet")
    }

    private struct Looked: Error {}
}
