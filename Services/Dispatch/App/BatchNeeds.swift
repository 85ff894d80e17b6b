import Contracts
import ServiceKit

/// What a batch has to know before it can decide anything.
struct BatchNeeds {
    private(set) var directory = DirectoryLookup()
    private(set) var cases: Set<EventID> = []
    /// Grids whose chiefs may become owners.
    private(set) var grids: Set<UnitCode> = []
    /// How many cases each community may open.
    private(set) var openings: [CaseNumbers.Series: Int32] = [:]

    init(_ inputs: [Input<DispatchCommand>]) {
        for input in inputs {
            directory.need(input.envelope.actor)
            switch input.command {
            case .finding(let finding):
                addOpening(finding.place.unit, input.envelope)
            case .complaint(let complaint):
                directory.need(gateway: input.envelope.source)
                addOpening(complaint.place.unit, input.envelope)
            case .action(let action):
                directory.need(gateway: input.envelope.source)
                cases.insert(action.case)
                if let unit = action.unit { directory.need(unit) }
                if let department = action.department { directory.need(department) }
                for department in action.departments ?? [] { directory.need(department) }
            case .clock(_, let id):
                cases.insert(id)
            }
        }
    }

    private mutating func addOpening(_ unit: UnitCode, _ envelope: EventEnvelope) {
        directory.need(unit)
        if let grid = unit.ancestor(at: .grid) {
            directory.need(grid)
            grids.insert(grid)
        }
        openings[CaseNumbers.Series(unit, envelope.time), default: 0] += 1
    }
}
