import Contracts
import FoundationEssentials
import ServiceKit
import Telemetry

extension Service<CreditHandler> {
    /// Deeds, hours, consents and work in; entries out.
    ///
    /// - Throws: `ConfigurationError` or `RuleMistakes`, with all that is wrong.
    static func credit(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Service {
        let settings = try CreditSettings(environment)
        let (rules, notices) = try CreditRules.load(settings.sources)
        let log = Logger(service: ServiceName.credit.rawValue)
        for notice in notices { log.warning("a rule does not hold", metadata: [.error: notice.description]) }
        return Service(
            .credit, handler: CreditHandler(rules: rules, marks: settings.marks), sources: CreditCommand.sources,
            timer: CreditCommand.due, routes: { CreditRoutes(context: $0, rules: rules).all })
    }
}

/// What credit is told by its environment besides what every service is.
struct CreditSettings {
    /// The rules that come with the service, and after them those of the file that is named.
    let sources: [CreditRules.Source]
    let marks: PaceMarks

    init(_ environment: [String: String]) throws(ConfigurationError) {
        var reader = ConfigurationReader(environment)
        var sources = [CreditRules.Source.standard]
        if let path = reader.optional("MUSTER_CREDIT_RULES") {
            if let json = FileManager.default.contents(atPath: path) {
                sources.append(CreditRules.Source(name: path, json: [UInt8](json)))
            } else {
                reader.add(
                    "MUSTER_CREDIT_RULES", seen: path, "the path of a file with further versions of the rules",
                    "/etc/muster/credit-rules.json")
            }
        }
        self.sources = sources
        marks = PaceMarks(
            soon: .seconds(reader.integer("MUSTER_CREDIT_SETTLE_SECONDS", in: 1...300, default: 60)),
            hourly: .seconds(reader.integer("MUSTER_CREDIT_PATROL_SETTLE_SECONDS", in: 1...86_400, default: 3_600)))
        try reader.finish()
    }
}
