public import Contracts

/// Who a request comes from, as its token says. What a person may do follows from her postings, not from the token.
public struct Identity: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case person(PersonID)
        /// A gateway acts for the people whom it names, within what the directory lets it carry.
        case gateway(source: String)
        /// Sets up and repairs: lists the directory, replays dead letters.
        case operatorAccount(String)
    }

    public let kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var person: PersonID? {
        if case .person(let person) = kind { person } else { nil }
    }

    /// The source of what people send themselves.
    public static let directSource = "muster/http"

    /// The `ce_source` of what this identity sends.
    public var source: String {
        if case .gateway(let source) = kind { source } else { Self.directSource }
    }
}
