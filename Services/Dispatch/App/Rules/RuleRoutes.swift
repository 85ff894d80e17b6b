import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// The rules of triage as data: which there are, what a file would change, and how often people had to set one right.
struct RuleRoutes: Sendable {
    let context: ServiceContext<DispatchHandler>

    private var book: RuleBook { context.writes.handler.rules }
    private var calendar: WorkCalendar { context.writes.handler.policy.calendar }

    var endpoints: [Endpoint] {
        let audience = Audience.operators(and: "People who are posted to the whole city.")
        return [
            context.get(
                "/v1/rules", "The versions of the rules of triage", for: audience, example: "[\(Self.versionExample)]"
            ) { try await list($0, $1) },
            context.get(
                "/v1/rules/file", "A version of the rules as a file, to make the next one of", for: audience,
                [Self.version], example: #"{"file":{"effective":"2026-01-01","version":1},"version":1}"#,
                problems: [.notFound]
            ) { try await file($0, $1) },
            context.get(
                "/v1/rules/report", "How often each rule decided, and how often a person set it right", for: audience,
                [Self.reportDays], example: RuleReport.example
            ) { try await report($0, $1) },
            context.file(
                "/v1/rules/check", "Say all that is wrong with a file of rules",
                about: "Also beside the versions that are there. The file is described in docs/rules.md.",
                for: audience,
                example: #"{"faults":[],"isGood":true,"version":\#(Self.versionExample)}"#
            ) { try await check($0, $1) },
            context.file(
                "/v1/rules/try", "Say which past cases a file of rules would have sent elsewhere",
                about: "Nothing is changed. The file is described in docs/rules.md.", for: audience,
                [Self.days, Self.unit, Self.rows], example: RuleTrialRun.Report.example, problems: [.invalidValue],
                timeout: .seconds(300)
            ) { try await tryOut($0, $1) },
        ]
    }

    private static let days = Parameter<Int?>.integer("days", "how many days back; 7 unless given", in: 1...92)
    private static let reportDays = Parameter<Int?>.integer("days", "how many days back; 30 unless given", in: 1...366)
    private static let rows = Parameter<Int?>.integer("rows", "cases that are listed; 1000 unless given", in: 1...5_000)
    private static let version = Parameter<Int?>.integer(
        "version", "which version; the one in force unless given", in: 1...Int.max)
    private static let unit = Parameter<UnitCode?>.optional("unit", "the code of a unit; the whole city unless given")
    private static let versionExample =
        #"{"categories":138,"effective":"2026-01-01","isInForce":true,"rules":21,"version":1}"#

    /// For those who answer for the rules: operators, and the city's own staff.
    private func admit(_ identity: Identity) async throws {
        if case .operatorAccount = identity.kind { return }
        try await context.requireReach(identity, nil)
    }

    struct RuleVersion: Codable {
        let version: Int
        let effective: String
        let categories: Int
        let rules: Int
        /// Whether it holds today.
        let isInForce: Bool
    }

    private func list(_ request: RequestContext, _ identity: Identity) async throws -> [RuleVersion] {
        try await admit(identity)
        let present = book.rules(at: context.clock.now(), calendar).version
        return book.versions.map { view($0, isInForce: $0.version == present) }
    }

    private func view(_ rules: TriageRules, isInForce: Bool) -> RuleVersion {
        RuleVersion(
            version: rules.version, effective: rules.effective.iso,
            categories: rules.categories.keys.count { $0.split(separator: ".").count == 3 },
            rules: rules.rules.count + 1, isInForce: isInForce)
    }

    // MARK: A file

    struct VersionFile: Codable {
        let version: Int
        let file: Contracts.JSONValue
    }

    private func file(_ request: RequestContext, _ identity: Identity) async throws -> VersionFile {
        try await admit(identity)
        let wanted = try Self.version(request) ?? book.rules(at: context.clock.now(), calendar).version
        guard let rules = book.versions.first(where: { $0.version == wanted }), !rules.source.isEmpty else {
            throw Problem(.notFound, detail: "There is no such version of the rules.")
        }
        return VersionFile(
            version: wanted, file: try EventJSON.decode(Contracts.JSONValue.self, from: rules.source))
    }

    struct RulesChecked: Codable {
        let isGood: Bool
        let faults: [String]
        let version: RuleVersion?
    }

    /// Says all that is wrong with a file, also beside the versions that are there.
    private func check(_ request: RequestContext, _ identity: Identity) async throws -> RulesChecked {
        try await admit(identity)
        do throws(FaultyData) {
            let rules = try TriageRules(file: request.request.body)
            _ = try RuleBook(book.versions + [rules])
            return RulesChecked(isGood: true, faults: [], version: view(rules, isInForce: false))
        } catch {
            return RulesChecked(isGood: false, faults: error.faults, version: nil)
        }
    }

    private func tryOut(_ request: RequestContext, _ identity: Identity) async throws -> RuleTrialRun.Report {
        try await admit(identity)
        let days = try Self.days(request) ?? 7
        let limit = try Self.rows(request) ?? 1_000
        let unit = try Self.unit(request)
        let proposed: TriageRules
        do throws(FaultyData) { proposed = try TriageRules(file: request.request.body) } catch {
            throw Problem(
                .invalidValue, detail: "The rules cannot be used.",
                errors: error.faults.map { .init(pointer: "#", $0) })
        }
        let run = RuleTrialRun(
            context: context, trial: RuleTrial(proposed, against: book, calendar), unit: unit, days: days,
            rowsAtMost: limit)
        return try await run.report()
    }

    // MARK: Set right by people

    private func report(_ request: RequestContext, _ identity: Identity) async throws -> RuleReport {
        try await admit(identity)
        let days = try Self.reportDays(request) ?? 30
        let now = context.clock.now()
        let since = now - .seconds(Int64(days) * 86_400)
        return try await context.read { session in try RuleReport(since: since, until: now, in: &session) }
    }
}
