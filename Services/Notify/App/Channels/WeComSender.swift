import Contracts
import HTTPClient

/// Speaks in a group of WeCom (企业微信) by its robot.
///
/// The answer's `errcode` is what counts: the status is 200 whatever happened. There is no way to recognise a repeat, so
/// each text ends with the notice's id.
struct WeComSender: Sendable {
    let client: Client
    let codes: WeComCodes

    var timeout = Duration.seconds(10)

    func send(_ notice: OutgoingNotice, to robot: WeComRobot) async -> SendOutcome {
        guard let text = notice.message.text(on: .wecom, notice.id),
            let body = try? EventJSON.encode(RobotMessage(text, mention: robot.mention))
        else { return .refused(SendReason("not-encodable")) }
        let request = Client.Request(
            .post, robot.url, headers: ["Content-Type": "application/json"], body: body, timeout: timeout)
        switch await client.attempt(request) {
        case .ended(let outcome): return outcome
        case .answered(let answer): return judge(answer)
        }
    }

    private func judge(_ answer: Client.Response) -> SendOutcome {
        let reason = SendReason("http", code: answer.status.code)
        switch answer.status.code {
        case 200:
            guard let said = try? EventJSON.decode(RobotAnswer.self, from: answer.body) else {
                return .unknown(SendReason("unreadable-answer"))
            }
            return codes.outcome(of: said.errcode)
        case 429: return .limited(reason, wait: max(answer.patience ?? .zero, .minutes(1)))
        case 503 where answer.patience != nil: return .retry(reason, after: answer.patience)
        // A gateway on the way: it may have passed the message on before it lost the answer.
        case 500...599: return .unknown(reason)
        default: return .refused(reason)
        }
    }
}

private struct RobotMessage: Encodable {
    struct Text: Encodable {
        let content: String
        let mentioned: [String]?

        private enum CodingKeys: String, CodingKey {
            case content
            case mentioned = "mentioned_list"
        }
    }

    let msgtype = "text"
    let text: Text

    init(_ text: String, mention: String?) {
        self.text = Text(content: text, mentioned: mention.map { [$0] })
    }
}

private struct RobotAnswer: Decodable {
    let errcode: Int
}

/// What a robot's error codes mean, as data: they are collected from several pages and change without notice.
struct WeComCodes: Sendable, Hashable {
    enum Verdict: String, Choice {
        case delivered
        /// Will never be taken.
        case refused
        /// Too many; wait.
        case limited
        /// Busy, or a code that nobody has explained: try again.
        case retry
    }

    private struct Entry: Codable, Hashable {
        let code: Int
        let verdict: Verdict
        let waitSeconds: Int?
        /// For people.
        let meaning: String
    }

    private let entries: [Int: Entry]

    /// - Throws: `FaultyNotices`.
    init(json: [UInt8]) throws(FaultyNotices) {
        let list = try FaultyNotices.decode([Entry].self, from: json, what: "wecom-codes")
        var entries: [Int: Entry] = [:]
        var faults: [String] = []
        for entry in list {
            if entries.updateValue(entry, forKey: entry.code) != nil {
                faults.append("code \(entry.code) is listed twice")
            }
            if (entry.verdict == .limited) != (entry.waitSeconds != nil) {
                faults.append("code \(entry.code): limited, and nothing else, needs waitSeconds")
            }
            if let wait = entry.waitSeconds, !(1...86_400).contains(wait) {
                faults.append("code \(entry.code): waitSeconds is \(wait): write 1 to 86400")
            }
        }
        guard faults.isEmpty else { throw FaultyNotices(faults: faults.map { "wecom-codes: \($0)" }) }
        self.entries = entries
    }

    static func standard() throws(FaultyNotices) -> WeComCodes {
        try WeComCodes(json: PackageResources.wecom_codes_json)
    }

    func outcome(of code: Int) -> SendOutcome {
        let reason = SendReason("errcode", code: code)
        guard let entry = entries[code] else { return .retry(reason) }
        return switch entry.verdict {
        case .delivered: .delivered
        case .refused: .refused(reason)
        case .limited: .limited(reason, wait: .seconds(entry.waitSeconds ?? 60))
        case .retry: .retry(reason)
        }
    }
}
