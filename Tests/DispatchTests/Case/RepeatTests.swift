import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `repeats of a known matter` {
    /// Of one place and kind, a second apart, in the order in which they were opened.
    private let street: [CaseState]
    private let decision: CaseDecision

    init() throws {
        let play = try Play()
        let decision = play.decision
        let matter = Matter(
            origin: .finding, category: Play.small.category, severity: .normal, text: "…", unit: City.building)
        self.decision = decision
        street = (0..<400).map { number in
            let time = City.opening + .seconds(number)
            let id = EventID.derived(from: "test", at: time, type: "case", subject: "\(number)")
            return decision.open(
                matter, Play.small, as: id, number: number + 1, chief: nil, Play.cause(by: .chief, at: time)
            ).state
        }
    }

    /// What a case is joined to, and how many others were looked at for it.
    private func settle(_ number: Int, among street: [CaseState]) -> (into: EventID?, looks: Int) {
        let known = Dictionary(uniqueKeysWithValues: street.map { ($0.id, $0) })
        var looks = 0
        let found = decision.settle(street[number], among: street.map(\.id)) { id in
            looks += 1
            return known[id]
        }
        return (found?.into, looks)
    }

    @Test func `belong to the first of them, for which the others need not be looked through`() {
        let last = settle(399, among: street)
        #expect(last.into == street[0].id)
        #expect(last.looks <= 3, "\(last.looks) of 400 cases were looked at")
    }

    @Test func `are none before the first, for which the others need not be looked through`() {
        let first = settle(0, among: street)
        #expect(first.into == nil)
        #expect(first.looks <= 3, "\(first.looks) of 400 cases were looked at")
    }

    @Test func `belong to what the first one is part of`() {
        var street = street
        street[1].joinedTo = street[0].id
        #expect(settle(2, among: street).into == street[0].id)
        street[0].status = .closed
        // The first one that is left leads there, and there is nothing to join.
        #expect(settle(2, among: street).into == nil)
    }
}
