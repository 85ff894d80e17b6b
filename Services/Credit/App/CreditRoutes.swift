import Contracts
import HTTPServer
import ServiceKit

/// Credit over HTTP; the contract is docs/openapi/credit.json.
struct CreditRoutes: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules

    var all: [Endpoint] {
        let access = LedgerAccess(context: context)
        return [deeds, hours, consents]
            + SubjectReads(context: context, rules: rules, access: access).endpoints
            + SheetReads(context: context, rules: rules, access: access).endpoints
            + RuleReads(context: context, rules: rules).endpoints
    }

    private var deeds: Endpoint {
        context.upload(
            "/v1/deeds", DeedReported.self, "Report good deeds",
            for: .senders("Staff posted to where it was done, and gateways."),
            example: """
                {"id":"d-1","time":"2026-11-24T09:00:00+08:00","subject":{"kind":"resident","id":"r-1"},
                 "item":"snow-cleared","unit":"371082007025001","evidence":["photo-1"]}
                """
        ) { .deed($0) }
    }

    private var hours: Endpoint {
        context.upload(
            "/v1/hours", HoursReported.self, "Report volunteer hours",
            for: .senders("Staff posted to where it was done, and gateways."),
            example: """
                {"id":"h-1","time":"2026-11-24T09:00:00+08:00","subject":{"kind":"resident","id":"r-1"},"hours":150,
                 "activity":"patrol-help","unit":"371082007025001"}
                """
        ) { .hours($0) }
    }

    private var consents: Endpoint {
        context.upload(
            "/v1/consents", ConsentChanged.self, "Give consent to a score, or take it back",
            for: .senders("The subject, and gateways that have the subject's word."),
            example: """
                {"id":"c-1","time":"2026-11-24T09:00:00+08:00","subject":{"kind":"resident","id":"r-1"},"given":true}
                """
        ) { .consent($0) }
    }
}
