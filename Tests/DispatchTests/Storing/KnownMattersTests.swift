import Contracts
import Testing

@testable import muster_dispatch

/// What a batch looks through for the matters that its cases repeat.
struct KnownMattersTests {
    private func state(_ openedAt: Instant, category: String? = nil) throws -> CaseState {
        let matter = Matter(origin: .finding, category: nil, severity: .normal, text: "…", unit: City.building)
        let play = try Play()
        var state = play.decision.open(
            matter, Play.small, as: EventID.v7(at: openedAt), number: 7, chief: City.Who.chief.id,
            Play.cause(by: .chief, at: openedAt)
        ).state
        if let category { state.category = category }
        return state
    }

    @Test func `is read once where many report the same, and apart where they lie apart`() throws {
        let day = Duration.seconds(86_400)
        let start = City.opening
        let storm = try (0..<100).map { try state(start + .seconds($0)) }
        let later = try state(start + day * 40)
        let other = try state(start, category: "utility.heating.cold")
        let windows = KnownMatters.windows(of: (storm + [later, other]).shuffled(), since: { $0 - day * 10 })
        #expect(
            windows == [
                .init(place: .init(storm[0]), since: start - day * 10, until: start + .seconds(99)),
                .init(place: .init(later), since: start + day * 30, until: start + day * 40),
                .init(place: .init(other), since: start - day * 10, until: start),
            ])
    }

    @Test func `goes on where one looks back to another`() throws {
        let day = Duration.seconds(86_400)
        let states = try [0, 9, 18].map { try state(City.opening + day * $0) }
        let windows = KnownMatters.windows(of: states, since: { $0 - day * 10 })
        #expect(windows.map(\.since) == [City.opening - day * 10])
        #expect(windows.map(\.until) == [City.opening + day * 18])
    }
}
