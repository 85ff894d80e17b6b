import HTTPServer

/// Whom a route is for: what its token must be, which is checked before anybody looks at postings, and in words who of them,
/// which the documents say and the handler checks.
public struct Audience: Sendable {
    /// What a token says of its bearer.
    public enum Kind: String, Sendable, CaseIterable { case person, gateway, `operator` }

    let kinds: Set<Kind>
    let about: String

    public static let everybody = Audience(kinds: Set(Kind.allCases), about: "Everybody with a token.")
    public static let operators = Audience(kinds: [.operator], about: "Operators.")
    /// What people and gateways send: the person who acted must be posted to where it happened.
    public static func senders(_ about: String) -> Audience { Audience(kinds: [.person, .gateway], about: about) }
    /// - Parameter about: which people, as a sentence.
    public static func people(_ about: String) -> Audience { Audience(kinds: [.person], about: about) }

    func admit(_ identity: Identity) throws(Problem) {
        guard kinds.contains(identity.audienceKind) else {
            let wanted = kinds.map(\.rawValue).sorted().joined(separator: " or ")
            throw Problem(
                .forbidden, detail: "This is not for a token of kind \(identity.audienceKind): use \(wanted).")
        }
    }
}

extension Identity {
    var audienceKind: Audience.Kind {
        switch kind {
        case .person: .person
        case .gateway: .gateway
        case .operatorAccount: .operator
        }
    }
}
