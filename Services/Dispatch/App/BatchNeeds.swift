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
    /// Cases of which it is settled whether they repeat a known matter.
    private(set) var settled: Set<EventID> = []
    /// Whether a case is to be split off from one that only its state names.
    private(set) var hasSplits = false
    /// Whether departments may turn out not to have come, whose heads are named then.
    private(set) var hasNoShows = false
    /// Whether a no-show may be taken back, whose event is named then.
    private(set) var mayWithdrawNoShows = false
    /// Whether a whistle calls departments that its blower does not name.
    private(set) var callsByCategory = false

    /// Whether deadlines are to be computed anew, which only the present calendar and rules may do.
    private(set) var hasReschedules = false

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
                if let person = action.person { directory.need(person) }
                if let department = action.department { directory.need(department) }
                for department in action.departments ?? [] { directory.need(department) }
                if let into = action.into { cases.insert(into) }
                if action.action == .split { hasSplits = true }
                if action.action == .checkIn || action.action == .withdrawNoShow { mayWithdrawNoShows = true }
                let calls = action.action == .blowWhistle || action.action == .changeWhistle
                if calls, action.departments?.isEmpty ?? true { callsByCategory = true }
            case .clock(let clock, let id):
                cases.insert(id)
                if clock.kind == .arrive { hasNoShows = true }
            case .reschedule(let id):
                cases.insert(id)
                hasReschedules = true
            case .settle(let id):
                cases.insert(id)
                settled.insert(id)
            case .unclear: directory.need(gateway: input.envelope.source)
            case .chat: break
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
