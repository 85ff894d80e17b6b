import Contracts
import HTTPClient

/// Sends a notice by whatever channel its address is of. One attempt; what follows from the outcome is the delivery's
/// to decide.
struct Senders: Sendable {
    let webhook: WebhookSender
    let wecom: WeComSender
    /// Nil where no gateway is configured; then nobody can be reached by it.
    let sms: SMSSender?

    func send(_ notice: OutgoingNotice) async -> SendOutcome {
        switch notice.address {
        // The row is the delivery.
        case .inbox: .delivered
        case .webhook(let endpoint): await webhook.send(notice, to: endpoint)
        case .wecom(let robot): await wecom.send(notice, to: robot)
        case .sms(let phone):
            if let sms { await sms.send(notice, to: phone) } else { .refused(SendReason("no-gateway")) }
        }
    }
}

/// An attempt over HTTP: an answer that the channel has to judge, or without one, the outcome.
enum HTTPAttempt: Sendable {
    case answered(Client.Response)
    case ended(SendOutcome)
}

extension Client {
    /// Sends once. libcurl's own words stay here: they may name a host, and a URL may be a secret.
    func attempt(_ request: Request) async -> HTTPAttempt {
        do {
            return .answered(try await send(request))
        } catch let error as ClientError {
            return .ended(SendOutcome(error))
        } catch {
            // Cancelled, at any point of its way.
            return .ended(.unknown(SendReason("cancelled")))
        }
    }
}

extension SendOutcome {
    init(_ error: ClientError) {
        switch error.kind {
        case .forbiddenAddress: self = .refused(SendReason("forbidden-address"))
        case .invalidRequest: self = .refused(SendReason("invalid-request"))
        case .timeout: self = error.wasSent ? .unknown(SendReason("timeout")) : .retry(SendReason("unreachable"))
        // An operator may renew a certificate while the notice still matters.
        case .untrusted: self = .retry(SendReason("untrusted"))
        case .answerTooLarge: self = .unknown(SendReason("answer-too-large"))
        case .unreachable, .closed, .other:
            self = error.wasSent ? .unknown(SendReason("connection-lost")) : .retry(SendReason("unreachable"))
        }
    }
}

extension Client.Response {
    /// `Retry-After`, at most a day: nobody may park a notice for ever.
    var patience: Duration? { retryAfter().map { min($0, .hours(24)) } }
}
