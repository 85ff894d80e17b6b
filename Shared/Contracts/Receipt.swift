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
    /// Names the events that were written, for a read that must see them; the same for a repeat. See docs/http.md.
    public var token: String?

    public init(
        id: String, verdict: Verdict, reason: Refusal? = nil, result: EventID? = nil, token: String? = nil
    ) {
        self.id = id
        self.verdict = verdict
        self.reason = reason
        self.result = result
        self.token = token
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

extension Refusal.Code {
    /// What it means and what the sender can do, for the documents.
    public var meaning: String {
        switch self {
        case .malformed:
            "The item cannot be read; `detail` names the member. Mend the sender, and send it under the same id."
        case .conflict: "The id stands for something else already. Send it as it was, or use a new id."
        case .future: "Its time is more than five minutes ahead. Set the sender's clock."
        case .tooOld: "It happened more than 14 days before it reached us. Enter it by hand where it still matters."
        case .unknownUnit: "The unit is not in the directory. Check the code, or have it listed."
        case .unknownPerson: "The person is not in the directory. Check the id, or have her listed."
        case .unknownGateway: "The gateway is not in the directory. Have it listed."
        case .outsideReach: "The person was not posted to that place then. Check the posting and the time."
        case .notAllowed:
            "The person's role may not do this, or the gateway may not carry the type; `detail` says which."
        case .unknownCase: "There is no such case. Check the id."
        case .stale: "The case has moved on since the version that was seen. Read it again and decide again."
        case .wrongState: "The case is in no state in which this can be done. Read it again."
        case .unknownCategory: "No rule knows the category. Leave it out, or take one of docs/categories.md."
        case .unknownDepartment: "The department is not in the directory. Check the code."
        case .unknownItem: "The rules in force have no such item. `GET /v1/rules` lists them."
        case .overLimit: "It is more than one sender may do. Send less, or later."
        }
    }
}
