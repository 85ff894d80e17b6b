import Contracts
import Foundation

/// Other rules of triage and of credit, in force since the beginning of today: exposed rubbish is the community's, and duty in an
/// emergency and cleared snow earn more.
struct RulesChange: Sendable {
    private let city: FaultCity
    /// What switches them on.
    let environment: [String: String]

    private static let bodies = 4

    /// Makes the files as an operator does: from what is in force, and checked before they are used.
    init(_ city: FaultCity) throws {
        self.city = city
        let today = Self.today
        let triage = city.folder.appending(path: "rules-2.json")
        let credit = city.folder.appending(path: "credit-2.json")
        let dispatch = [
            "MUSTER_DISPATCH_URL": city["dispatch"][0].url, "MUSTER_TOKEN": try city.token("--role", "operator"),
        ]
        let inForce = try city.programs.muster(["rules", "show"], dispatch)
        try Self.next(after: inForce, from: today).write(to: triage)
        try city.programs.muster(["rules", "check", triage.path], dispatch)
        try Data(Self.credit(from: today).utf8).write(to: credit)
        environment = ["MUSTER_DISPATCH_RULES": triage.path, "MUSTER_CREDIT_RULES": credit.path]
    }

    private static let cityOffset: TimeInterval = 8 * 3_600
    private static let day: TimeInterval = 86_400

    /// The city's.
    private static var today: String {
        String(Date(timeIntervalSinceNow: cityOffset).ISO8601Format().prefix(10))
    }

    /// The evening before today, in the city.
    static var yesterday: Instant {
        let begun = ((Date().timeIntervalSince1970 + cityOffset) / day).rounded(.down) * day - cityOffset
        return Instant(milliseconds: Int64((begun - 6 * 3_600) * 1_000))
    }

    /// The rules as they are but for one more before the last one.
    private static func next(after file: String, from day: String) throws -> Data {
        guard var rules = try JSONSerialization.jsonObject(with: Data(file.utf8)) as? [String: Any],
            var list = rules["rules"] as? [[String: Any]], var last = list.popLast(),
            let number = last["number"] as? Int
        else { throw Broken("muster rules show prints no rules") }
        last["number"] = number + 1
        list.append([
            "number": number, "reason": "rubbish is the community's", "category": "city-appearance.rubbish",
            "severity": ["normal"], "handling": "big", "owner": "community",
        ])
        rules["rules"] = list + [last]
        rules["version"] = 2
        rules["effective"] = day
        return try JSONSerialization.data(withJSONObject: rules)
    }

    private static func credit(from day: String) -> String {
        """
        {"versions": [{"version": 2, "effectiveFrom": "\(day)", "items": [
            {"code": "emergency-duty", "english": "Served in a storm", "chinese": "应急值守抢险",
             "subjects": ["people", "organisations"], "points": {"flat": 300},
             "caps": [{"period": "month", "points": 1000}], "evidence": ["record"], "validYears": 1, "source": "a test's"},
            {"code": "snow-cleared", "english": "Cleared snow", "chinese": "公共区域清雪",
             "subjects": ["people", "organisations"], "points": {"flat": 700},
             "caps": [{"period": "day", "points": 700}], "evidence": ["photo"], "validYears": 1, "source": "a test's"}
        ]}]}
        """
    }

    private static let names = (0..<bodies).map { "on-call-\($0)" }

    /// What is there before: bodies agree to be scored and were on duty once, each.
    static func begin(_ stage: Stage) async {
        await stage.traffic.send(names.map { TrafficPlan.consent(of: $0, at: stage.city.start) })
        await sendDuties(1, stage, at: stage.city.start)
    }

    private static func sendDuties(_ number: Int, _ stage: Stage, at time: Instant) async {
        await stage.traffic.send(names.compactMap { TrafficPlan.duty(of: $0, number, at: time) })
    }

    /// Sees to it that what happens today goes by the new rules, and what happened yesterday by those of yesterday, though it comes
    /// only now. It comes to the same accounts, so that what was paid before is worked out anew with it.
    func expectToAct(_ stage: Stage) async throws {
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        for (name, number, time) in [("late", 2, city.start), ("new", 3, now)] {
            await Self.sendDuties(number, stage, at: time)
            await stage.traffic.send([TrafficPlan.complaint("c-" + name, at: time)].compactMap { $0 })
        }
        try await Audit(city: city, ledger: await stage.traffic.ledger).check(expectsCopies: true)
        for (number, version, points) in [(1, 1, 200), (2, 1, 200), (3, 2, 300)] {
            try await expectEntries(number, version, points)
        }
        try await expectCase("late", version: 1, of: "371082007025001")
        try await expectCase("new", version: 2, of: "371082007025")
    }

    /// One entry each, never taken back.
    private func expectEntries(_ number: Int, _ version: Int, _ points: Int) async throws {
        let entries = try await city.texts(
            """
            select 'version ' || rule_version || ', revision ' || revision || ', ' || points from credit.entry
            where cause like 'u-on-call-%-\(number)' order by subject, revision
            """)
        let wanted = Array(repeating: "version \(version), revision 0, \(points)", count: Self.bodies)
        guard entries == wanted else {
            throw Broken("duty \(number) earns \(points) by version \(version), and there are \(entries)")
        }
    }

    private func expectCase(_ name: String, version: Int, of unit: String) async throws {
        let openings = try await city.texts(
            """
            select (h.data->>'rule') || ' for ' || (h.data->'owner'->>'unit') from dispatch.history h
            join dispatch.matter_input i on i.matter_id = h.matter_id
            where i.event_id = 'c-\(name)' and h.type = 'muster.case.opened.v1'
            """)
        guard openings.count == 1, openings[0].contains(" of version \(version):"),
            openings[0].hasSuffix(" for \(unit)")
        else {
            throw Broken("the \(name) complaint is \(unit)'s by version \(version), and was opened by \(openings)")
        }
    }
}
