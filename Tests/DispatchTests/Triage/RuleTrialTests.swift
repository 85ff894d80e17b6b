import Contracts
import TestSupport
import Testing

@testable import muster_dispatch

@Suite(.timeLimit(.minutes(2))) struct `rules that are tried out` {
    /// What is replaced by what in a file of rules, and in what a matter then goes elsewhere.
    @Test(
        arguments: [
            (#""version": 3"#, #""version": 4"#, []),
            (#""severity": ["urgent"]"#, #""severity": ["normal"]"#, [.handling]),
            (#""zh": "丙", "en": "C", "handling": "small""#, #""zh": "丙", "en": "C", "handling": "big""#, [.handling]),
            (#""handling": "small", "owner": "grid""#, #""handling": "small", "owner": "town""#, [.owner]),
            (
                #""limits": "short", "words": ["垃圾"]"#,
                #""limits": "short", "departments": ["water"], "words": ["垃圾"]"#,
                [.departments]
            ),
            (#""normal": {"accept": "1 work hour""#, #""normal": {"accept": "2 work hours""#, [.accept]),
            (
                #""accept": "1 work hour", "#, #""accept": "1 work hour", "answer": "3 work hours", "#, [.answer]
            ),
            (#""resolve": "4 work hours""#, #""resolve": "5 work hours""#, [.resolve]),
            (#""climb": "1 work hour""#, #""climb": "2 work hours""#, [.climb]),
            (#""words": ["漏水"]"#, #""words": ["漏水", "垃圾堆"]"#, [.category, .handling, .owner]),
        ] as [(String, String, [RuleTrial.Aspect])])
    func `tell in what a case would go elsewhere, and only that`(
        part: String, replacement: String, differences: [RuleTrial.Aspect]
    ) throws {
        let file = String(decoding: smallRules(conditions: #""severity": ["urgent"]"#), as: UTF8.self)
        let other = file.replacing(part, with: replacement, maxReplacements: 1)
        try #require(other != file)
        var trial = RuleTrial(
            try TriageRules(file: Array(other.utf8)), against: RuleBook(try TriageRules(file: Array(file.utf8))),
            WorkCalendar())
        let matter = Matter(origin: .complaint, severity: .normal, text: "垃圾堆在楼下", unit: City.grid)
        let found = trial.compare(RuleTrial.Past(matter: matter, time: City.opening, reporters: []))
        #expect(found.map { $0.after.differences(from: $0.before) } ?? [] == differences)
    }

    /// A person corrected it: that is nothing that any rules could have known.
    @Test(.needsPostgres)
    func `decide on cases as they were reported`() async throws {
        try await DispatchRig.use(policy: try policy()) { rig in
            let id = try await rig.complain("垃圾", id: "c1", category: "a.b.c")
            let corrected = try await rig.act(.correct, on: id) {
                $0.severity = .urgent
                $0.category = "a.b.d"
                $0.reason = "water runs down the stairs"
            }
            try #require(corrected.verdict == .taken, "\(corrected)")
            rig.clock.set(City.opening + .seconds(60))
            let proposed = String(
                decoding: smallRules(
                    version: 4, effective: "2027-01-01", conditions: #""category": "a.b.c""#, handling: "big"),
                as: UTF8.self)
            let answer = try await rig.ask("/v1/rules/try", as: .cityClerk, .post, proposed)
            let report = try EventJSON.decode(RuleTrialRun.Report.self, from: Array(answer.text.utf8))
            let row = try #require(report.rows.first, "\(answer.text)")
            #expect(row.before.category == "a.b.c" && row.before.handling == .small && row.after.handling == .big)
        }
    }

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
            #expect(report.rows[0].differences == [.handling])
            #expect(report.differences == [.init(what: .handling, count: 1)])
            #expect(report.sums[0].before == "a.b.c: small" && report.sums[0].after == "a.b.c: big")
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
            let corrected = try await rig.complain("垃圾", id: "u", category: "a.b.c", severity: .urgent)
            for severity in [Severity.normal, nil] {
                let receipt = try await rig.act(.correct, on: corrected) {
                    $0.severity = severity
                    $0.category = severity.map { _ in "a.b.d" }
                    // Where it is says nothing against the rule.
                    $0.unit = severity == nil ? City.neighbourGrid : nil
                    $0.reason = "it is so"
                }
                #expect(receipt.verdict == .taken, "\(receipt)")
            }
            rig.clock.set(City.opening + .seconds(60))
            let answer = try await rig.ask("/v1/rules/report", as: .cityClerk)
            let report = try EventJSON.decode(RuleReport.self, from: Array(answer.text.utf8))
            #expect(report.rows.map(\.rule) == ["rule 20 of version 3", "rule 10 of version 3"])
            #expect(report.rows.map(\.cases) == [3, 1] && report.rows.map(\.reclassified) == [2, 0])
            #expect(report.rows.map(\.corrected) == [0, 1])
            #expect(report.rows[0].changes == [.init(what: .handling, from: "small", to: "big", count: 2)])
            #expect(
                report.rows[1].changes == [
                    .init(what: .category, from: "a.b.c", to: "a.b.d", count: 1),
                    .init(what: .severity, from: "urgent", to: "normal", count: 1),
                ])
        }
    }
}
