import Contracts
import HTTPServer
import ServiceKit

/// Credit over HTTP; the contract is docs/openapi/credit.json.
struct CreditRoutes: Sendable {
    let context: ServiceContext<CreditHandler>
    let rules: CreditRules

    var all: [Route] {
        let access = LedgerAccess(context: context)
        return [
            context.upload("/v1/deeds", DeedReported.self) { .deed($0) },
            context.upload("/v1/hours", HoursReported.self) { .hours($0) },
            context.upload("/v1/consents", ConsentChanged.self) { .consent($0) },
        ] + SubjectReads(context: context, rules: rules, access: access).routes
            + SheetReads(context: context, rules: rules, access: access).routes
            + RuleReads(context: context, rules: rules).routes
    }
}
