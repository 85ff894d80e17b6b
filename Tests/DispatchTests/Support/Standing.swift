import Contracts

@testable import muster_dispatch

/// The ways in which a case can stand, as far as they make a difference to what may be done: the columns of the table in
/// docs/dispatch-states.md.
enum Standing: String, CaseIterable {
    case assigned
    case accepted
    case inHand = "in hand"
    case paused
    case whistleAsked = "whistle asked for"
    case assignedWhistling = "assigned, whistle open"
    case acceptedWhistling = "accepted, whistle open"
    case resolved
    case rated
    case verified
    case closed
    case withdrawn
    case joined

    /// A case that stands so, brought there by the actions that lead to it.
    func play() throws -> Play {
        var play = try Play()
        switch self {
        case .assigned: break
        case .accepted: try play.act(.accept, by: .chief)
        case .inHand:
            try play.act(.accept, by: .chief)
            try play.act(.start, by: .chief)
        case .paused:
            try play.act(.accept, by: .chief)
            try play.act(.pause, by: .chief)
        case .whistleAsked: try play.act(.blowWhistle) { $0.whistle = .keyWork }
        case .assignedWhistling:
            try play.act(.blowWhistle)
            try play.act(.handOver) { $0.unit = City.grid }
        case .acceptedWhistling: try play.act(.blowWhistle)
        case .resolved: try play.act(.resolve, by: .chief)
        case .rated:
            try play.act(.resolve, by: .chief)
            try play.act(.rate)
        case .verified:
            try play.act(.resolve, by: .chief)
            try play.act(.verify)
        case .closed:
            try play.act(.resolve, by: .chief)
            try play.act(.close)
        case .withdrawn: try play.act(.withdraw)
        case .joined: try play.act(.join)
        }
        return play
    }

    /// Short, for tables in tests: `A`, `Aw` where a whistle is open, `P` and so on.
    var code: String {
        switch self {
        case .assigned: "A"
        case .accepted: "C"
        case .inHand: "H"
        case .paused: "P"
        case .whistleAsked: "W?"
        case .assignedWhistling: "Aw"
        case .acceptedWhistling: "Cw"
        case .resolved: "R"
        case .rated: "Rr"
        case .verified: "V"
        case .closed: "X"
        case .withdrawn: "Xw"
        case .joined: "J"
        }
    }

    init?(code: String) {
        guard let standing = Standing.allCases.first(where: { $0.code == code }) else { return nil }
        self = standing
    }

    /// As a state of a case says it.
    init(_ state: CaseState) {
        if state.pause != nil {
            self = .paused
            return
        }
        if state.whistleAsked != nil {
            self = .whistleAsked
            return
        }
        switch state.status {
        case .assigned: self = state.openWhistle == nil ? .assigned : .assignedWhistling
        case .accepted: self = state.openWhistle == nil ? .accepted : .acceptedWhistling
        case .inHand: self = state.openWhistle == nil ? .inHand : .acceptedWhistling
        case .resolved: self = state.rating == nil ? .resolved : .rated
        case .verified: self = .verified
        case .closed: self = state.joinedTo != nil ? .joined : state.resolvedAt == nil ? .withdrawn : .closed
        }
    }
}

extension WhistleState.Part.Attendance {
    /// A case with a whistle that the water company stands so to.
    func play() throws -> Play {
        var play = try Play()
        try play.act(.blowWhistle)
        switch self {
        case .summoned: break
        case .arrived: try play.act(.checkIn, by: .waterWorker)
        case .missed: play.wait(until: play.now + .seconds(31 * 60))
        case .late:
            play.wait(until: play.now + .seconds(31 * 60))
            try play.act(.checkIn, by: .waterWorker)
        case .declined: try play.act(.decline, by: .waterWorker)
        case .excused:
            try play.act(.decline, by: .waterWorker)
            try play.act(.decideDecline, by: .townClerk)
        case .released: try play.act(.changeWhistle) { $0.departments = [City.power] }
        case .done:
            try play.act(.checkIn, by: .waterWorker)
            try play.act(.done, by: .waterWorker)
        }
        return play
    }
}

/// A table as it is written in a test: a row per line, cells between bars, the first row and column are names.
struct TextTable {
    let columns: [String]
    let rows: [(name: String, cells: [String])]

    init(_ text: String) {
        let lines = text.split(separator: "\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmingSpaces)
        }
        columns = Array(lines[0].dropFirst())
        rows = lines.dropFirst().map { ($0[0], Array($0.dropFirst())) }
    }
}
