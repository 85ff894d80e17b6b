import Contracts
import HTTPClient

/// Posts notices as Standard Webhooks 1.0.0 has it.
///
/// `webhook-id` is the notice's id over all attempts, so that a receiver that keeps the ids it has seen is told once.
struct WebhookSender: Sendable {
    let client: Client
    /// Machine time: receivers refuse what is five minutes off their own clock.
    let now: @Sendable () -> Instant

    /// The specification asks for 15 to 30 seconds.
    var timeout = Duration.seconds(20)

    func send(_ notice: OutgoingNotice, to endpoint: WebhookEndpoint) async -> SendOutcome {
        guard let body = try? EventJSON.encode(WebhookBody(notice)) else {
            return .refused(SendReason("not-encodable"))
        }
        let id = notice.id.description
        let timestamp = now().milliseconds / 1_000
        let request = Client.Request(
            .post, endpoint.url,
            headers: [
                "Content-Type": "application/json", "webhook-id": id, "webhook-timestamp": "\(timestamp)",
                "webhook-signature": endpoint.signer.signature(id: id, timestamp: timestamp, body: body),
            ],
            body: body, timeout: timeout)
        switch await client.attempt(request) {
        case .ended(let outcome): return outcome
        case .answered(let answer): return Self.judge(answer)
        }
    }

    /// Any answer but 2xx is a failure to be tried again; 410 says that nobody will be there again, and 429, 502, 503
    /// and 504 that the receiver has too much to do.
    private static func judge(_ answer: Client.Response) -> SendOutcome {
        let reason = SendReason("http", code: answer.status.code)
        switch answer.status.code {
        case 200...299: return .delivered
        case 410: return .refused(reason)
        case 429: return .limited(reason, wait: answer.patience ?? .minutes(1))
        default: return .retry(reason, after: answer.patience)
        }
    }
}

/// What a receiver gets: `type`, `timestamp` and `data`, as the specification advises.
private struct WebhookBody: Encodable {
    struct Content: Encodable {
        let notice: EventID
        let recipient: PersonID
        let language: PersonListed.Language
        let event: String
        let `case`: EventID?
        let title: String
        let body: String
    }

    let type = "muster.notice.v1"
    let timestamp: Instant
    let data: Content

    init(_ notice: OutgoingNotice) {
        timestamp = notice.event.time
        data = Content(
            notice: notice.id, recipient: notice.recipient, language: notice.language, event: notice.event.type,
            case: notice.matter, title: notice.message.title,
            // The specification wants bodies below 20 kB.
            body: notice.message.body.cut(toUTF8: 16_000))
    }
}
