import Contracts
import HTTPClient
import HTTPMessages

/// Hands text messages to a gateway.
struct SMSSender: Sendable {
    let client: Client
    let gateway: SMSGateway

    var timeout = Duration.seconds(10)

    func send(_ notice: OutgoingNotice, to phone: String) async -> SendOutcome {
        guard let text = notice.message.text(on: .sms, notice.id),
            let body = try? EventJSON.encode(gateway.filled(phone: phone, text: text, id: notice.id))
        else { return .refused(SendReason("not-encodable")) }
        var headers: Fields = ["Content-Type": "application/json"]
        // A structured string (draft-ietf-httpapi-idempotency-key-header): with quotes.
        headers[gateway.idempotencyHeader] = "\"\(notice.id)\""
        for (name, value) in gateway.headers.sorted(by: { $0.key < $1.key }) { headers[name] = value }
        let request = Client.Request(.post, gateway.url, headers: headers, body: body, timeout: timeout)
        switch await client.attempt(request) {
        case .ended(let outcome): return outcome
        case .answered(let answer): return judge(answer)
        }
    }

    private func judge(_ answer: Client.Response) -> SendOutcome {
        let reason = SendReason("http", code: answer.status.code)
        switch answer.status.code {
        case 200...299: return gateway.answer.map { judge(answer.body, by: $0) } ?? .delivered
        // The first attempt under this key is still at work.
        case 409: return .retry(reason, after: answer.patience)
        case 429: return .limited(reason, wait: answer.patience ?? .minutes(1))
        case 503 where answer.patience != nil: return .retry(reason, after: answer.patience)
        case 500...599: return .unknown(reason)
        default: return .refused(reason)
        }
    }

    private func judge(_ body: [UInt8], by rule: SMSGateway.Answer) -> SendOutcome {
        guard let json = try? EventJSON.decode(JSONValue.self, from: body), let code = json.text(at: rule.at) else {
            return .unknown(SendReason("unreadable-answer"))
        }
        if rule.delivered.contains(code) { return .delivered }
        if rule.refused?.contains(code) == true { return .refused(SendReason("gateway", listed: code)) }
        if rule.limited?.contains(code) == true {
            return .limited(SendReason("gateway", listed: code), wait: .seconds(rule.waitSeconds ?? 60))
        }
        // A code that is not listed may hold anything, and is not repeated.
        return .retry(SendReason("gateway-code-not-listed"))
    }
}
