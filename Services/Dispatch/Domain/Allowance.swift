import Contracts

/// How long something may take.
enum Allowance: Codable, Sendable, Hashable {
    /// On the clock, day and night.
    case minutes(Int)
    /// Within the hours of work.
    case workMinutes(Int)
    /// Until work ends on the n-th work day after the one it began on.
    case workDays(Int)
}

/// The limits of a case's clocks.
struct CaseLimits: Codable, Sendable, Hashable {
    var accept: Allowance
    var resolve: Allowance
    /// After a missed deadline, until the next rung is told.
    var climb: Allowance
}

/// The limits of a whistle's clocks.
struct WhistleLimits: Codable, Sendable, Hashable {
    var arrive: Allowance
    var complete: Allowance
    var climb: Allowance
}
