import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `a case is opened` {
    let decision: CaseDecision
    let id = EventID.derived(from: "test", at: City.opening, type: "case", subject: "1")

    init() throws { decision = CaseDecision(directory: City.directory, policy: try shippedPolicy.get()) }

    @Test func `from a finding, at the grid and for its chief`() throws {
        let finding = FindingRecorded(
            finding: id, grid: City.grid, place: Place(unit: City.building),
            category: "city-appearance.rubbish.exposed",
            severity: .normal, text: "垃圾")
        let matter = Matter(finding)
        let opened = decision.open(
            matter, decision.policy.triage.triage(matter), as: id, number: 12, chief: City.Who.chief.id,
            Play.cause(by: .steward, at: City.opening))
        let event = CaseOpened(
            case: id, sequence: 1, unit: City.building, number: 12, origin: .finding,
            category: "city-appearance.rubbish.exposed", severity: .normal, handling: .small,
            rule: "rule 21 of version 1: as the category says",
            owner: Owner(unit: City.grid, person: City.Who.chief.id),
            acceptBy: instant("2026-11-24T11:00:00+08:00"), resolveBy: instant("2026-11-24T14:30:00+08:00"),
            reporter: City.Who.steward.id)
        #expect(opened.change == .opened(event))
        let calendar = try shippedPolicy.get().calendar
        #expect(opened.state == CaseState(opened: event, at: City.opening, limits: Play.small.limits, calendar))
        #expect(opened.state.rung == .grid && opened.state.status == .assigned && opened.state.version == 1)
        #expect(
            opened.state.clocks.filter { !$0.kind.isSlip }.sorted() == [
                CaseClock(kind: .accept, ordinal: 0, due: event.acceptBy),
                CaseClock(kind: .climb, ordinal: 0, due: event.resolveBy),
            ])
    }

    @Test func `from a complaint that names only its community, at the community`() throws {
        let complaint = ComplaintReceived(
            complaint: "12345-1", channel: .phone, place: Place(unit: City.community), severity: .normal,
            text: "楼下垃圾没人收")
        let matter = Matter(complaint)
        let opened = decision.open(
            matter, decision.policy.triage.triage(matter), as: id, number: 1, chief: City.Who.chief.id,
            Play.cause(by: nil, at: City.opening))
        #expect(opened.state.owner == Owner(unit: City.community))
        #expect(opened.state.rung == .community && opened.state.handling == .small)
    }

    /// unit, the rung that the rules say, the unit that owns the case
    @Test(arguments: [
        ("3710820070130010001", Rung.grid, "371082007013001"), ("371082007013001", .grid, "371082007013001"),
        ("3710820070130010001", .community, "371082007013"), ("3710820070130010001", .town, "371082007"),
        ("371082007013001", .city, "371082"), ("371082007013", .grid, "371082007013"),
        ("371082007013", .community, "371082007013"), ("371082007013", .town, "371082007"),
        // A grid that was retired, and one that nobody has listed.
        ("371082007013009", .grid, "371082007013"), ("371082007013777", .grid, "371082007013"),
    ])
    func `at the unit that is there`(unitText: String, rung: Rung, owner: String) {
        #expect(decision.owningUnit(unit(unitText), rung, at: City.opening) == unit(owner))
    }

    @Test func `at the grid for as long as the grid is there`() {
        #expect(
            decision.owningUnit(City.retiredGrid, .grid, at: City.founding - .seconds(1)) == City.retiredGrid)
    }

    @Test(arguments: [
        ("371082", Rung.city), ("371082007", .town), ("371082007013", .community), ("371082007013001", .grid),
        ("3710820070130010001", .grid), ("371082007013001000101", .grid),
    ])
    func `on the rung of its owner`(unitText: String, rung: Rung) {
        #expect(Rung(of: unit(unitText)) == rung)
    }
}
