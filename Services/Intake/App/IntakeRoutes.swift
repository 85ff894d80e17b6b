import Contracts
import HTTPServer
import ServiceKit

/// Intake over HTTP; the contract is docs/openapi/intake.json.
struct IntakeRoutes: Sendable {
    let context: ServiceContext<IntakeHandler>
    let columns: SealedColumns

    var all: [Route] {
        [
            context.upload("/v1/visits", VisitReported.self) { .visit($0) },
            context.upload("/v1/findings", FindingReported.self) { .finding($0) },
            context.upload("/v1/directory", DirectoryEntry.self, for: .operators) { .list($0) },
        ] + IntakeReads(context: context).routes
            + RegisterReads(context: context, columns: columns).routes + [LookReads(context: context).route]
            + DirectoryReads(context: context).routes
    }
}
