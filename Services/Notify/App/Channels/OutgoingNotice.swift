import Contracts
import Crypto

/// A notice as a sender needs it. The same for every attempt but for what HTTP adds.
struct OutgoingNotice: Sendable {
    let id: EventID
    let recipient: PersonID
    let language: PersonListed.Language
    let message: Message
    /// The event that it tells of.
    let event: Notice.Cause
    let matter: EventID?
    let address: Address
}

/// Where a notice goes.
enum Address: Sendable {
    case inbox
    case webhook(WebhookEndpoint)
    case wecom(WeComRobot)
    case sms(phone: String)

    var channel: Channel {
        switch self {
        case .inbox: .inbox
        case .webhook: .webhook
        case .wecom: .wecom
        case .sms: .sms
        }
    }
}

/// A receiver's URL and the secret it checks our signatures with.
struct WebhookEndpoint: Sendable {
    let url: String
    let signer: WebhookSigner
}

/// A group's robot.
struct WeComRobot: Sendable {
    /// With the key, so a secret: it stands in no log and no error.
    let url: String
    /// The recipient's own id in WeCom, whose phone then names them among the group's messages.
    let mention: String?
}
