import Contracts

/// The rules as they are written in JSON; nothing is checked yet but the types.
struct RulesFile: Codable {
    struct Quiet: Codable {
        let from: String
        let to: String
    }

    struct Seeing: Codable {
        let names: Set<Role>
        let places: Set<Role>
    }

    struct Rule: Codable {
        enum Urgency: String, Choice { case urgent, ordinary }

        let id: String
        let event: String
        let when: [String: [String]]?
        let to: [Audience]
        let exceptActor: Bool?
        let channels: [Channel]
        let urgency: Urgency
        /// In place of what follows from the urgency.
        let afterUnknown: AfterUnknown?
        let template: String
        let lifetimeMinutes: Int
        let mootedBy: [String]?
    }

    let quietHours: Quiet
    let sight: Seeing
    let rules: [Rule]
}
