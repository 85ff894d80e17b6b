import Contracts
import HTTPServer
import ServiceKit

/// Dispatch over HTTP; the contract is docs/openapi/dispatch.json.
struct DispatchRoutes: Sendable {
    let context: ServiceContext<DispatchHandler>

    var all: [Endpoint] {
        [complaints, actions] + CaseReads(context: context).endpoints + SupervisionReads(context: context).endpoints
            + AttendanceReads(context: context).endpoints
    }

    private var complaints: Endpoint {
        context.upload(
            "/v1/complaints", ComplaintReceived.self, "Take complaints of the hotline",
            for: .senders("The hotline's gateway, and staff who take a complaint."),
            example: """
                {"id":"e-1","time":"2026-11-24T09:00:00+08:00","complaint":"12345-1","channel":"phone",
                 "place":{"unit":"371082007025","label":"北门"},"severity":"urgent","text":"没人清运"}
                """
        ) { .complaint($0) }
    }

    private var actions: Endpoint {
        context.upload(
            "/v1/actions", CaseAction.self, "Act on cases",
            for: .senders("Whoever may give the command: docs/dispatch-states.md."), example: Self.actionExample
        ) { .action($0) }
    }

    private static let actionExample = """
        {"id":"a-1","time":"2026-11-24T09:00:00+08:00","case":"01a20d14-c250-8161-a86c-f842d86e1de1",
         "action":"blow-whistle","whistle":"enforcement","departments":["D001","D002"]}
        """
}
