import Contracts
import FoundationEssentials
import ServiceKit

extension Service<IntakeHandler> {
    /// Patrols in, visits, findings and register facts out; owns the directory.
    ///
    /// - Throws: `ConfigurationError` with all that is wrong.
    static func intake(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Service {
        let settings = try IntakeSettings(environment)
        return Service(
            .intake, handler: IntakeHandler(columns: settings.columns), sources: IntakeCommand.sources,
            routes: { IntakeRoutes(context: $0, columns: settings.columns).all },
            chores: IntakeChores(columns: settings.columns, retention: settings.retention).all)
    }
}
