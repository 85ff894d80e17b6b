import Contracts

/// Whom a ledger is kept for.
///
/// A person has one, whichever of the five capacities she acts in: as a resident, as a party member, as a grid worker.
/// Consent, caps and the curve of hours are hers, not a capacity's. An organisation's ledger is its kind's and id's.
struct Account: Sendable, Hashable, Comparable {
    /// `person`, or the kind of a body.
    let kind: String
    let id: String

    static let person = "person"

    init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }

    init(_ subject: Subject) {
        kind = subject.kind.isPerson ? Self.person : subject.kind.rawValue
        id = subject.id
    }

    static func < (left: Account, right: Account) -> Bool { (left.kind, left.id) < (right.kind, right.id) }
}

extension Account: LosslessStringConvertible {
    /// `person:p-1204`, `department:D017`
    var description: String { "\(kind):\(id)" }

    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        self.init(kind: String(text[..<colon]), id: String(text[text.index(after: colon)...]))
    }
}
