import Contracts
import HTTPServer
import ServiceKit

/// The rules, for everybody: who is scored may know by what.
struct RuleReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules

    var endpoints: [Endpoint] {
        [
            context.openGet("/v1/rules", "The rules in force now", example: Self.example, problems: [.notFound]) { _ in
                guard let version = rules.version(at: context.clock.now()) else { throw Self.noVersion }
                return RuleVersionView(version)
            },
            context.openGet(
                "/v1/rules/{version}", "A version of the rules", [Self.version], example: Self.example,
                problems: [.notFound]
            ) { request in
                guard let version = rules.version(try Self.version(request)) else { throw Self.noVersion }
                return RuleVersionView(version)
            },
        ]
    }

    private static let version = Parameter<Int>.path(
        "version", "a whole number from 1 to 1000000", .integer(in: 1...1_000_000)
    ) { text in
        Int(text).flatMap { (1...1_000_000).contains($0) && !text.hasPrefix("+") ? $0 : nil }
    }

    private static let example = """
        {"consentFree":["department"],"effectiveFrom":"2022-01-01T00:00:00.000Z","hoursOwed":2000,"items":[],
         "scales":[],"stars":[5000],"version":1}
        """

    private static let noVersion = Problem(.notFound, detail: "There is no such version of the rules.")
}

struct RuleVersionView: Codable {
    let version: Int
    let effectiveFrom: Instant
    let scales: [Scale]
    let consentFree: [SubjectKind]
    let stars: [Int]
    let hoursOwed: Int
    let items: [CreditItem]

    init(_ version: RuleVersion) {
        self.version = version.number
        effectiveFrom = version.from
        scales = version.scales
        consentFree = version.consentFree.sorted { $0.rawValue < $1.rawValue }
        stars = version.stars
        hoursOwed = version.hoursOwed
        items = version.items.values.sorted { $0.code < $1.code }
    }
}

extension CreditItem: SchemaDescribed {
    static var schema: Schema {
        let points = Schema.integer.described("Hundredths of a point.")
        let step = Schema.object(["from": .integer, "points": points], required: ["from", "points"])
        let tier = Schema.object(
            ["upTo": .integer, "each": .integer, "points": points], required: ["upTo", "each", "points"])
        let curve = Schema.object(
            ["over": Period.schema, "grain": points, "tiers": .list(of: tier)], required: ["over", "tiers"])
        let worth = Schema.object(
            ["flat": points, "perUnit": points, "steps": .list(of: step), "curve": curve], required: []
        ).with(["minProperties": .integer(1), "maxProperties": .integer(1)])
        let cap = Schema.object(["period": Period.schema, "points": points], required: ["period", "points"])
        let texts = ["code", "english", "chinese", "source"]
        let properties: [String: Schema] = [
            "code": .text, "english": .text, "chinese": .text, "source": .text, "legalBasis": .text,
            "subjects": .list(of: SubjectKind.schema), "trigger": Trigger.schema, "measure": Measure.schema,
            "points": worth, "minimum": .integer, "evidence": .list(of: Evidence.schema), "caps": .list(of: cap),
            "validYears": .integer, "enabled": .boolean,
        ]
        return .object(properties, required: texts + ["subjects", "points", "validYears"])
    }

    static var sample: CreditItem? { nil }
}
