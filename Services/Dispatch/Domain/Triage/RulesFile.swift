import Contracts

/// The JSON of a set of rules.
struct RulesFile: Codable {
    struct Department: Codable {
        var code: String
        var zh: String
        var en: String
        var names: [String]
    }

    struct Category: Codable {
        /// Its own part of the code.
        var code: String
        var zh: String
        var en: String
        var handling: Handling?
        var owner: Rung?
        /// A name among the limits.
        var limits: String?
        var departments: [String]?
        var words: [String]?
        /// The full code of another category: what is not said here is as it is there.
        var like: String?
        var below: [Category]?
    }

    struct Rule: Codable {
        var number: Int
        var reason: String
        var category: String?
        var words: [String]?
        var severity: [Severity]?
        var origin: [CaseOpened.Origin]?
        var place: UnitCode?
        /// Such as `22:00-06:00`, of the city's time.
        var hours: [String]?
        var days: TriageRules.DayKind?
        /// What whoever reported it is posted as, or `resident`.
        var reporter: [Role]?
        var repeats: TriageRules.Repetition?
        var handling: Handling?
        var owner: Rung?
        var limits: String?
        var departments: [String]?
    }

    struct HandlingLimits: Codable {
        var small: String
        var big: String
        var hard: String
    }

    var version: Int
    var effective: String
    var limits: [String: TriageRules.SeverityLimits]
    var handling: HandlingLimits
    var departments: [Department]
    var categories: [Category]
    var unclassified: String
    var rules: [Rule]
}
