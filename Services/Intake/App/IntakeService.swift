import Contracts
import FoundationEssentials
import ServiceKit

extension Service<IntakeHandler> {
    /// Patrols in, visits, findings and register facts out; owns the directory.
    ///
    /// - Throws: `ConfigurationError` when the column keys have the wrong form.
    static func intake(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Service {
        let columns = SealedColumns(cipher: try ColumnKeys.cipher(in: environment))
        return Service(
            .intake, handler: IntakeHandler(columns: columns), sources: IntakeCommand.sources,
            routes: { IntakeRoutes(context: $0, columns: columns).all })
    }
}
