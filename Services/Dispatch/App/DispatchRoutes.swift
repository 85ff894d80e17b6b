import Contracts
import HTTPServer
import ServiceKit

/// Dispatch over HTTP; the contract is docs/openapi/dispatch.json.
struct DispatchRoutes: Sendable {
    let context: ServiceContext<DispatchHandler>
    let changes: Feed<CaseNews>

    var all: [Endpoint] {
        [complaints, actions, actionOnCase, chat] + CaseReads(context: context).endpoints
            + SupervisionReads(context: context).endpoints + AttendanceReads(context: context).endpoints
            + ReadRoutes(context: context, changes: changes).all + RuleRoutes(context: context).endpoints
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

    /// The same by the case's own path: `case` and `action` stand there.
    private var actionOnCase: Endpoint {
        context.upload(
            "/v1/cases/{case}/{action}", asOf: "/v1/actions", CaseAction.self, "Act on a case",
            for: .senders("Whoever may give the command: docs/dispatch-states.md."), [Self.case, Self.action],
            example: """
                {"id":"a-1","time":"2026-11-24T09:00:00+08:00","whistle":"enforcement","departments":["D001","D002"]}
                """
        ) {
            .action($0)
        } members: { request throws(Problem) in
            ["case": try Self.case(request).description, "action": try Self.action(request).rawValue]
        }
    }

    private static let `case` = Parameter<EventID>.path("case", "the id of a case, a UUID")
    private static let action = Parameter<CaseActionKind>.path(
        "action", "one of " + CaseActionKind.allCases.map(\.rawValue).joined(separator: ", "), CaseActionKind.schema
    ) { CaseActionKind(rawValue: $0) }

    private var chat: Endpoint {
        context.upload(
            "/v1/chat", ChatReceived.self, "Pass on what people wrote to a bot, as docs/chat.md has it",
            for: .senders("Whoever may give the command that the text means."),
            example: """
                {"id":"m-1","time":"2026-11-24T09:00:00+08:00","community":"371082007025","text":"done 1027 换好了"}
                """
        ) { .chat($0) }
    }

    private static let actionExample = """
        {"id":"a-1","time":"2026-11-24T09:00:00+08:00","case":"01a20d14-c250-8161-a86c-f842d86e1de1",
         "action":"blow-whistle","whistle":"enforcement","departments":["D001","D002"]}
        """
}
