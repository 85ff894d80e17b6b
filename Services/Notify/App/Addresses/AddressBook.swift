import Contracts
import Crypto

/// The way out for a notice: one robot, one endpoint, or the gateway for text messages.
///
/// As text it stands in the table `lane` and says no secret: `wecom/371082007013`, `webhook/D017`, `sms`.
struct LaneName: Sendable, Hashable, Comparable {
    let channel: Channel
    /// Of the unit or department that the robot or endpoint is for.
    let code: String?

    var text: String { code.map { "\(channel.rawValue)/\($0)" } ?? channel.rawValue }

    init(_ channel: Channel, _ code: String? = nil) {
        self.channel = channel
        self.code = code
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let channel = parts.first.flatMap({ Channel(rawValue: String($0)) }) else { return nil }
        self.init(channel, parts.count == 2 ? String(parts[1]) : nil)
    }

    static func < (left: LaneName, right: LaneName) -> Bool { left.text < right.text }
}

/// Which robots and endpoints there are, and for whom.
struct AddressBook: Sendable {
    let webhooks: [Entry<WebhookSigner>]
    let robots: [Entry<NoSecret>]
    let gateway: SMSGateway?
    /// Whether a URL may lead into a private network; only for what runs beside this service.
    let allowsPrivateAddresses: Bool

    /// Nobody but the inbox.
    init() {
        webhooks = []
        robots = []
        gateway = nil
        allowsPrivateAddresses = false
    }

    init(
        webhooks: [Entry<WebhookSigner>], robots: [Entry<NoSecret>], gateway: SMSGateway?, allowsPrivateAddresses: Bool
    ) {
        self.webhooks = webhooks
        self.robots = robots
        self.gateway = gateway
        self.allowsPrivateAddresses = allowsPrivateAddresses
    }

    struct NoSecret: Sendable {}

    /// An address, and who is reached by it.
    struct Entry<Secret: Sendable>: Sendable {
        let reach: Reach
        /// `{code}` in it stands for the code of the unit or department.
        let url: String
        let secret: Secret

        func url(for code: String) -> String { url.replacing("{code}", with: code) }
    }

    enum Reach: Sendable, Hashable {
        /// The people of a unit and of those below it.
        case unit(UnitCode)
        case department(DepartmentCode)
        /// As `unit`, for each unit of a level.
        case each(UnitCode.Level)
        case eachDepartment
    }
}

extension AddressBook {
    /// The ways to a person, by channel. The address nearest to where they are posted is theirs.
    func lanes(to recipient: Recipient, hasPhone: Bool) -> [Channel: LaneName] {
        var lanes: [Channel: LaneName] = [:]
        lanes[.webhook] = code(for: recipient, among: webhooks.map(\.reach)).map { LaneName(.webhook, $0) }
        lanes[.wecom] = code(for: recipient, among: robots.map(\.reach)).map { LaneName(.wecom, $0) }
        if gateway != nil, hasPhone { lanes[.sms] = LaneName(.sms) }
        return lanes
    }

    /// The address at the end of a lane; nil where the book no longer has it, or the person no number.
    func address(of lane: LaneName, phone: String?, wecom: String?) -> Address? {
        switch lane.channel {
        case .inbox: return .inbox
        case .sms: return phone.map { .sms(phone: $0) }
        case .webhook:
            guard let code = lane.code, let entry = Self.entry(code, in: webhooks) else { return nil }
            return .webhook(WebhookEndpoint(url: entry.url(for: code), signer: entry.secret))
        case .wecom:
            guard let code = lane.code, let entry = Self.entry(code, in: robots) else { return nil }
            return .wecom(WeComRobot(url: entry.url(for: code), mention: wecom))
        }
    }

    private func code(for recipient: Recipient, among reaches: [Reach]) -> String? {
        if let department = recipient.department,
            reaches.contains(.department(department)) || reaches.contains(.eachDepartment)
        {
            return department.text
        }
        guard let unit = recipient.unit else { return nil }
        for level in UnitCode.Level.allCases.reversed() {
            guard let place = unit.ancestor(at: level) else { continue }
            if reaches.contains(.unit(place)) || reaches.contains(.each(level)) { return place.text }
        }
        return nil
    }

    /// The entry for exactly this code; one that names it goes before one for all of its kind.
    private static func entry<Secret>(_ code: String, in entries: [Entry<Secret>]) -> Entry<Secret>? {
        let named: Reach?
        let general: Reach?
        if let department = DepartmentCode(code) {
            (named, general) = (.department(department), .eachDepartment)
        } else {
            let unit = UnitCode(code)
            (named, general) = (unit.map { .unit($0) }, unit.map { .each($0.level) })
        }
        return entries.first { $0.reach == named } ?? entries.first { $0.reach == general }
    }
}
