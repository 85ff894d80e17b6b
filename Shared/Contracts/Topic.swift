/// A Kafka topic of ours, by the name it has before a prefix.
public struct Topic: Sendable, Hashable, Comparable, CustomStringConvertible {
    public enum Retention: Sendable, Hashable {
        /// Events are kept this long.
        case days(Int)
        /// The last event of each key is kept for ever.
        case compacted
    }

    public let name: String
    /// What its key is, in words, for the documents.
    public let key: String
    public let retention: Retention
    public let partitions: Int32

    private init(_ name: String, key: String, retention: Retention = .days(30), partitions: Int32 = 12) {
        self.name = name
        self.key = key
        self.retention = retention
        self.partitions = partitions
    }

    /// Whether strangers write it.
    public var isFromGateways: Bool { name.hasPrefix("gateway.") }

    public var description: String { name }
    public static func < (left: Topic, right: Topic) -> Bool { left.name < right.name }

    // From gateways.
    public static let patrol = Topic("gateway.patrol", key: "grid")
    public static let hotline = Topic("gateway.hotline", key: "complaint")
    public static let deeds = Topic("gateway.deeds", key: "subject")
    public static let actions = Topic("gateway.actions", key: "case")
    // From intake.
    public static let visits = Topic("intake.visits", key: "grid")
    public static let findings = Topic("intake.findings", key: "grid")
    public static let registers = Topic("intake.registers", key: "grid")
    public static let directory = Topic("intake.directory", key: "unit, person or department", retention: .compacted)
    public static let contacts = Topic("intake.contacts", key: "person", retention: .compacted)
    // From dispatch, credit and notify.
    public static let cases = Topic("dispatch.cases", key: "case")
    public static let reviews = Topic("dispatch.reviews", key: "grid")
    public static let entries = Topic("credit.entries", key: "subject")
    public static let deliveries = Topic("notify.deliveries", key: "recipient")
    // From `muster`.
    public static let topics = Topic("muster.topics", key: "topic", retention: .compacted, partitions: 1)
    public static let clock = Topic("muster.clock", key: "clock", retention: .compacted, partitions: 1)

    /// What became of each item that came by topic.
    public static func receipts(of service: ServiceName) -> Topic {
        Topic("\(service.rawValue).receipts", key: "as the input")
    }

    /// What a service could not take.
    public static func dead(of service: ServiceName) -> Topic {
        Topic("\(service.rawValue).dead", key: "as the original", retention: .days(90))
    }

    /// Every topic of the system, in the order of the table in ARCHITECTURE.md.
    public static let all: [Topic] =
        [
            patrol, hotline, deeds, actions, visits, findings, registers, directory, contacts, cases, reviews, entries,
            deliveries,
        ] + ServiceName.allCases.flatMap { [receipts(of: $0), dead(of: $0)] } + [topics, clock]
}

/// The four services.
public enum ServiceName: String, Sendable, Hashable, CaseIterable, Codable {
    case intake, dispatch, credit, notify

    /// The `ce_source` of its events.
    public var source: String { "muster/\(rawValue)" }

    /// The topics that it takes its inputs from. A service whose sources are others does not start.
    public var consumed: [Topic] {
        switch self {
        // It owns the directory: what it publishes it has already.
        case .intake: [.patrol]
        case .dispatch: [.hotline, .actions, .findings, .directory]
        case .credit: [.deeds, .visits, .cases, .directory]
        case .notify: [.cases, .entries, .directory]
        }
    }
}
