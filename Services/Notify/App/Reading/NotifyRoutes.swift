import HTTPServer
import ServiceKit

/// Notify over HTTP; the contract is docs/openapi/notify.json.
struct NotifyRoutes: Sendable {
    let context: ServiceContext<NotifyHandler>
    let bell: Bell

    var all: [Route] {
        [context.upload("/v1/contacts", ContactListed.self, for: .operators) { .contact($0) }]
            + InboxRoutes(context: context, bell: bell).all + NoticeReads(context: context).routes
    }
}
