import HTTPServer
import ServiceKit

/// Notify over HTTP; the contract is docs/openapi/notify.json.
struct NotifyRoutes: Sendable {
    let context: ServiceContext<NotifyHandler>
    let feed: Feed<InboxFeed.Arrival>

    var all: [Endpoint] {
        [contacts] + InboxRoutes(context: context, feed: feed).all + NoticeReads(context: context).endpoints
    }

    private var contacts: Endpoint {
        context.upload(
            "/v1/contacts", ContactListed.self, "Say how people are reached outside", for: .operators,
            example: """
                {"id":"k-1","time":"2026-11-24T09:00:00+08:00","person":"p-grid-1","phone":"+8613800000000","wecom":"zhao"}
                """
        ) { .contact($0) }
    }
}
