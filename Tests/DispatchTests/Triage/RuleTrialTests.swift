import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.timeLimit(.minutes(2))) struct `rules that are tried out` {
    private func policy(_ conditions: String = #""severity": ["urgent"]"#) throws -> CasePolicy {
        var policy = try shippedPolicy.get()
        policy.triage = try TriageRules(file: smallRules(conditions: conditions))
        return policy
    }

    @Test(.needsPostgres)
    func `say which past cases would have gone elsewhere, and by which rule`() async throws {
        try await DispatchRig.use(policy: try policy()) { rig in
            let one = try await rig.complain("张三家的垃圾", id: "c1", category: "a.b.c")
            try await rig.complain("漏水", id: "c2", category: nil)
            try await rig.complain("垃圾", id: "c3", category: "a.b.c", time: City.opening - .seconds(9 * 86_400))
            rig.clock.set(City.opening + .seconds(3_600))
            let proposed = String(
                decoding: smallRules(
                    version: 4, effective: "2027-01-01", conditions: #""category": "a.b.c""#, handling: "big"),
                as: UTF8.self)
            let answer = try await rig.ask("/v1/rules/try?days=7", as: .cityClerk, .post, proposed)
            let report = try EventJSON.decode(RuleTrialRun.Report.self, from: Array(answer.text.utf8))
            #expect(report.cases == 2 && report.elsewhere == 1 && report.isComplete && report.proposed == 4)
            #expect(report.rows.map(\.case) == [one] && report.rows[0].before.handling == .small)
            #expect(report.rows[0].after.handling == .big)
            #expect(report.rows[0].after.rule.hasPrefix("rule 10 of version 4: it is so"))
            #expect(report.sums.map(\.count) == [1] && report.sums[0].rule == "rule 10 of version 4")
            // Nothing that people wrote is in it.
            #expect(!answer.text.contains("张三"))
            let longer = try await rig.ask("/v1/rules/try?days=10", as: .cityClerk, .post, proposed)
            #expect(longer.text.contains(#""elsewhere":2"#))
            // The rules as they are send nothing elsewhere.
            let same = String(
                decoding: smallRules(version: 4, effective: "2027-01-01", conditions: #""severity": ["urgent"]"#),
                as: UTF8.self)
            let nothing = try await rig.ask("/v1/rules/try?days=10", as: .cityClerk, .post, same)
            #expect(nothing.text.contains(#""elsewhere":0"#))
            #expect(try await rig.ask("/v1/rules/try", as: .secretary, .post, proposed).status == 403)
            #expect(try await rig.ask("/v1/rules/try", as: .cityClerk, .post, "{}").status == 422)
        }
    }

    @Test(.needsPostgres)
    func `know what came before, as the rules in force do`() async throws {
        let repeats = #""repeats": {"times": 2, "days": 30}"#
        try await DispatchRig.use(policy: try policy(repeats)) { rig in
            func handling(_ id: EventID) async throws -> [String] {
                try await rig.rows("select handling, state ->> 'rule' from matter where id = '\(id)'")
            }
            for days in [3, 2] {
                let id = try await rig.complain(
                    "垃圾", id: "c\(days)", category: "a.b.c", time: City.opening - .seconds(Int64(days) * 86_400))
                #expect(try await handling(id)[0].contains("small"))
            }
            // Two of the same day do not make each other a repetition, whichever came first.
            let first = try await rig.complain("垃圾", id: "d1", category: "a.b.c")
            let second = try await rig.complain("垃圾", id: "d2", category: "a.b.c")
            let elsewhere = try await rig.complain("垃圾", id: "d3", at: City.neighbourGrid, category: "a.b.c")
            #expect(try await handling(first)[0].contains("hard,\"rule 10 of version 3"))
            #expect(try await handling(second)[0].contains("hard"))
            #expect(try await handling(elsewhere)[0].contains("small"))
            rig.clock.set(City.opening + .seconds(60))
            let proposed = String(
                decoding: smallRules(
                    version: 4, effective: "2027-01-01", conditions: #""repeats": {"times": 3, "days": 30}"#),
                as: UTF8.self)
            let answer = try await rig.ask("/v1/rules/try?days=1", as: .cityClerk, .post, proposed)
            let report = try EventJSON.decode(RuleTrialRun.Report.self, from: Array(answer.text.utf8))
            #expect(report.cases == 3 && Set(report.rows.map(\.case)) == [first, second])
        }
    }

    @Test(.needsPostgres)
    func `are checked, with all that is wrong at once, and beside the versions that are there`() async throws {
        try await DispatchRig.use(policy: try policy()) { rig in
            func check(_ file: [UInt8]) async throws -> String {
                try await rig.ask(
                    "/v1/rules/check", as: .cityClerk, .post, String(decoding: file, as: UTF8.self)
                ).text
            }
            let conditions = #""severity": ["urgent"]"#
            let good = try await check(smallRules(version: 4, effective: "2027-01-01", conditions: conditions))
            #expect(good.contains(#""isGood":true"#) && good.contains(#""version":4"#))
            #expect(
                try await check(smallRules(conditions: conditions)).contains(
                    "version 3 holds from 2026-07-01, as version 3"))
            #expect(
                try await check(smallRules(version: 4, effective: "2027-01-01", conditions: #""category": "x""#))
                    .contains("rule 10 names the unknown category x"))
            let list = try await rig.ask("/v1/rules", as: .cityClerk)
            #expect(list.text.contains(#""isInForce":true"#))
            #expect(try await rig.ask("/v1/rules", as: .chief).status == 403)
        }
    }

    /// What an operator does who wants the next version: takes the one in force, changes it, checks it.
    @Test(.needsPostgres)
    func `are there as a file, of which the next version is made`() async throws {
        try await DispatchRig.use { rig in
            let answer = try await rig.ask("/v1/rules/file", as: .cityClerk)
            let present = try EventJSON.decode(RuleRoutes.VersionFile.self, from: Array(answer.text.utf8))
            guard case .object(var members) = present.file, present.version == 1 else {
                Issue.record("\(answer.status) \(answer.text.prefix(200))")
                return
            }
            members["version"] = .integer(2)
            members["effective"] = .string("2027-01-01")
            let next = String(decoding: try EventJSON.encode(JSONValue.object(members)), as: UTF8.self)
            let checked = try await rig.ask("/v1/rules/check", as: .cityClerk, .post, next).text
            #expect(checked.contains(#""isGood":true"#) && checked.contains(#""rules":21"#), "\(checked)")
            #expect(try await rig.ask("/v1/rules/file?version=1", as: .cityClerk).text == answer.text)
            #expect(try await rig.ask("/v1/rules/file?version=2", as: .cityClerk).status == 404)
            #expect(try await rig.ask("/v1/rules/file", as: .secretary).status == 403)
        }
    }

    @Test(.needsPostgres)
    func `are counted by what people set right`() async throws {
        try await DispatchRig.use(policy: try policy()) { rig in
            for number in 0..<3 {
                let id = try await rig.complain("垃圾", id: "c\(number)", category: "a.b.c")
                guard number < 2 else { continue }
                _ = try await rig.act(.reclassify, on: id) {
                    $0.handling = .big
                    $0.reason = "several parties"
                }
            }
            try await rig.complain("垃圾", id: "u", category: "a.b.c", severity: .urgent)
            rig.clock.set(City.opening + .seconds(60))
            let answer = try await rig.ask("/v1/rules/report", as: .cityClerk)
            let report = try EventJSON.decode(RuleReport.self, from: Array(answer.text.utf8))
            #expect(report.rows.map(\.rule) == ["rule 20 of version 3", "rule 10 of version 3"])
            #expect(report.rows.map(\.cases) == [3, 1] && report.rows.map(\.reclassified) == [2, 0])
            #expect(report.rows[0].changes == [.init(from: .small, to: .big, count: 2)])
        }
    }
}
