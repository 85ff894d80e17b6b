import Contracts
import Postgres
import ServiceKit

extension Service<IntakeHandler> {
    /// Patrols in, visits, findings and register facts out; owns the directory.
    static func intake() -> Service {
        Service(
            .intake, handler: IntakeHandler(), sources: IntakeCommand.sources,
            migrations: [
                Migration(
                    number: 2, name: "patrol", sql: String(decoding: PackageResources.patrol_sql, as: UTF8.self))
            ],
            routes: { IntakeRoutes(context: $0).all })
    }
}
