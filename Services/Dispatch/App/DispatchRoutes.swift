import Contracts
import HTTPServer
import ServiceKit

/// Dispatch over HTTP; the contract is docs/openapi/dispatch.json.
struct DispatchRoutes: Sendable {
    let context: ServiceContext<DispatchHandler>

    var all: [Route] {
        [
            context.upload("/v1/complaints", ComplaintReceived.self) { .complaint($0) },
            context.upload("/v1/actions", CaseAction.self) { .action($0) },
        ] + CaseReads(context: context).routes + SupervisionReads(context: context).routes
            + AttendanceReads(context: context).routes
    }
}
