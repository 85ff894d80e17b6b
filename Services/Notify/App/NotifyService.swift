import Contracts
import FoundationEssentials
import HTTPClient
import ServiceKit
import Threads

extension Service<NotifyHandler> {
    /// What happens to cases and credit in, notices out: to inboxes at once, and by the channels that are configured.
    ///
    /// - Throws: `ConfigurationError`, with all that is wrong; `ClientError` when libcurl does not start.
    static func notify(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Service {
        let settings = try NotifySettings(environment)
        let bell = Bell()
        let feed = Lock<Feed<InboxFeed.Arrival>?>(nil)
        let handler = NotifyHandler(policy: settings.policy, book: settings.book, cipher: settings.cipher)
        var client = Client.Settings()
        client.addresses = settings.book.allowsPrivateAddresses ? .any : .publicOnly
        let http = try Client(client)
        let senders = Senders(
            webhook: WebhookSender(client: http, now: MachineClock.now),
            wecom: WeComSender(client: http, codes: settings.codes),
            sms: settings.book.gateway.map { SMSSender(client: http, gateway: $0) })
        return Service(
            .notify, handler: handler, sources: NotifyCommand.sources,
            routes: { context in
                let arrivals = Feed(context.pool, InboxFeed.source, changes: bell)
                feed.withLock { $0 = arrivals }
                return NotifyRoutes(context: context, feed: arrivals).all
            },
            tasks: [
                { context in await feed.withLock { $0 }?.run(context.log) },
                { await ParkedWatch($0).run() },
                { context in
                    let sender = NoticeSender(
                        context, senders: senders, book: settings.book, cipher: settings.cipher,
                        policy: DeliveryPolicy(quietHours: settings.policy.rules.quietHours))
                    await sender.run(until: bell)
                    await http.close()
                },
            ],
            changed: { bell.ring() },
            chores: [NotifyChores.notices(keeping: settings.retention)]
                + (settings.cipher.map { [NotifyChores.resealing($0)] } ?? []))
    }
}
