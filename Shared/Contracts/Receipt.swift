/// What became of an input: over HTTP it is answered, by topic it is published.
public struct Receipt: Codable, Sendable, Hashable {
    public enum Verdict: String, Choice {
        /// It is stored and will have its effects.
        case taken
        /// The same input was taken before; nothing happens again.
        case known
        /// It is not taken; `reason` says why, and nothing of it is kept but this.
        case refused
    }

    public var id: String
    public var verdict: Verdict
    public var reason: Refusal?
    /// The id that we gave to what was taken, where it has one.
    public var result: EventID?

    public init(id: String, verdict: Verdict, reason: Refusal? = nil, result: EventID? = nil) {
        self.id = id
        self.verdict = verdict
        self.reason = reason
        self.result = result
    }
}

/// Why an input that could be read was not taken.
public struct Refusal: Error, Codable, Sendable, Hashable {
    /// A word of `Refusal.Code`, or one that a later version knows.
    public var code: String
    /// What was wrong and what would be right.
    public var detail: String

    public enum Code: String, Sendable, CaseIterable {
        case malformed
        case conflict
        case future
        case tooOld = "too-old"
        case unknownUnit = "unknown-unit"
        case unknownPerson = "unknown-person"
        case unknownGateway = "unknown-gateway"
        case outsideReach = "outside-reach"
        case notAllowed = "not-allowed"
        case unknownCase = "unknown-case"
        case stale
        case wrongState = "wrong-state"
        case unknownCategory = "unknown-category"
        case unknownDepartment = "unknown-department"
        case unknownItem = "unknown-item"
        case overLimit = "over-limit"
    }

    public init(_ code: Code, _ detail: String) {
        self.code = code.rawValue
        self.detail = detail
    }
}

/// A receipt on a service's receipts topic.
public struct ReceiptIssued: Codable, Sendable, Equatable {
    public static let typeSuffix = "receipt.v1"

    public var source: String
    public var receipt: Receipt

    public init(source: String, receipt: Receipt) {
        self.source = source
        self.receipt = receipt
    }

    /// `muster.intake.receipt.v1`
    public static func type(of service: ServiceName) -> String { "muster.\(service.rawValue).\(typeSuffix)" }
}
