import Contracts
import ServiceKit

extension Service<IntakeHandler> {
    /// Patrols in, visits, findings and register facts out; owns the directory.
    static func intake() -> Service {
        Service(
            .intake, handler: IntakeHandler(), sources: IntakeCommand.sources,
            routes: { IntakeRoutes(context: $0).all })
    }
}
