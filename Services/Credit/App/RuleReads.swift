import Contracts
import HTTPServer
import ServiceKit

/// The rules, for everybody: who is scored may know by what.
struct RuleReads: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules

    var routes: [Route] {
        [
            Route(.get, "/v1/rules") { _ in
                guard let version = rules.version(at: context.clock.now()) else { throw Self.noVersion }
                return try .json(.ok, RuleVersionView(version))
            },
            Route(.get, "/v1/rules/{version}") { request in
                guard let version = rules.version(try request.integer("version", in: 1...1_000_000)) else {
                    throw Self.noVersion
                }
                return try .json(.ok, RuleVersionView(version))
            },
        ]
    }

    private static let noVersion = Problem(.notFound, detail: "There is no such version of the rules.")
}

struct RuleVersionView: Encodable {
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
