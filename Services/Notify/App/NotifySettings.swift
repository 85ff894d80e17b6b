import Contracts
import Crypto
import FoundationEssentials
import ServiceKit

/// What notify is told by its environment besides what every service is.
struct NotifySettings: Sendable {
    let policy: NoticePolicy
    let book: AddressBook
    let codes: WeComCodes
    /// Seals and opens phone numbers; nil where there are no keys, and then no number is taken.
    let cipher: ColumnCipher?
    /// How long a notice is kept after it came; its keys are kept for good.
    let retention: Duration

    /// - Throws: `ConfigurationError` or `FaultyNotices`, with all that is wrong.
    init(_ environment: [String: String]) throws {
        var reader = ConfigurationReader(environment)
        let offset = reader.value(
            "MUSTER_CITY_UTC_OFFSET", "the city's offset from UTC, ±hh:mm", example: "+08:00", default: .hours(8),
            Duration.init(utcOffset:))
        let rules = reader.file("MUSTER_NOTIFY_RULES", "with the rules, in place of those that come with the service")
        let messages = reader.file(
            "MUSTER_NOTIFY_MESSAGES", "with the texts, in place of those that come with the service")
        let channels = reader.file("MUSTER_NOTIFY_CHANNELS", "with webhooks, robots and the SMS gateway")
        let codes = reader.file("MUSTER_NOTIFY_WECOM_CODES", "with what WeCom's error codes mean")
        cipher = reader.columnCipher()
        // Longer than topics keep events and inputs may be late together.
        retention = .days(reader.integer("MUSTER_NOTIFY_KEEP_DAYS", in: 45...3_650, default: 45))
        try reader.finish()
        policy = try NoticePolicy.load(rules: rules, messages: messages, time: CityTime(offset: offset ?? .hours(8)))
        book = try channels.map { try AddressBook(json: $0) } ?? AddressBook()
        self.codes = try codes.map { try WeComCodes(json: $0) } ?? .standard()
    }
}

extension Duration {
    /// `+08:00` or `-03:30`.
    init?(utcOffset text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 6, let sign: Int = [0x2b: 1, 0x2d: -1][bytes[0]], bytes[3] == 0x3a,
            let hours = Int(text.dropFirst().prefix(2)), let minutes = Int(text.suffix(2)),
            (0...14).contains(hours), (0...59).contains(minutes)
        else { return nil }
        self = .minutes(sign * (hours * 60 + minutes))
    }
}

extension ConfigurationReader {
    /// The contents of a file that a variable names; nil where it is not set, or cannot be read, which is remembered.
    fileprivate mutating func file(_ name: String, _ what: String) -> [UInt8]? {
        guard let path = optional(name) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            add(name, seen: path, "the path of a file \(what)", "/etc/muster/notify.json")
            return nil
        }
        return [UInt8](data)
    }
}
