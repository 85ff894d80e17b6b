import Contracts
import Testing

@testable import muster_dispatch

@Suite struct ZZGenerate {
    @Test func all() throws {
        for kind in CaseActionKind.allCases {
            var by: [String: [String]] = [:]
            var order: [String] = []
            for standing in Standing.allCases {
                let s = try standing.play().outcome(kind).summary
                if s == "wrong-state" { continue }
                if by[s] == nil { order.append(s) }
                by[s, default: []].append(standing.code)
            }
            print("GA", kind.rawValue, "|", order.map { "\($0): \(by[$0]!.joined(separator: ", "))" }.joined(separator: " | "))
        }
        print("GC clock |", Standing.allCases.map(\.code).joined(separator: " | "))
        for kind in CaseClock.Kind.allCases {
            print("GC", kind.rawValue, "|", try Standing.allCases.map { standing in
                let play = try standing.play()
                let clock = play.state.clocks.filter { $0.kind == kind }.min()
                return CaseDecision.Outcome.success(clock.map { play.decision.decide($0, on: play.state) } ?? []).summary
            }.joined(separator: " | "))
        }
        print("GP action |", WhistleState.Part.Attendance.allCases.map(\.rawValue).joined(separator: " | "))
        for kind in CaseActionKind.allCases where kind.isOfDepartment {
            print("GP", kind.rawValue, "|", try WhistleState.Part.Attendance.allCases.map { attendance in
                var play = try attendance.play()
                let by: City.Who = kind == .decideDecline || kind == .withdrawNoShow ? .townClerk : .waterWorker
                guard (try? play.outcome(kind, by: by).get()) != nil else { return "-" }
                try play.act(kind, by: by)
                return play.state.whistle!.parts.first!.attendance.rawValue
            }.joined(separator: " | "))
        }
        print("GW action |", City.Who.allCases.map(\.rawValue).joined(separator: " | "))
        for kind in CaseActionKind.allCases {
            let play = try kind.playWherePossible()
            print("GW", kind.rawValue, "|", City.Who.allCases.map { who in
                let outcome = play.outcome(kind, by: who)
                let s = (try? outcome.get()) != nil ? "yes" : outcome.summary
                return s == "not-allowed" ? "no" : s == "outside-reach" ? "out" : s
            }.joined(separator: " | "))
        }
    }
}
