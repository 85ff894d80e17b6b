import Contracts

/// What an account's entries amount to, by the instant at which they stop counting.
///
/// Sums only, so that it may be kept along with the ledger or made again from it, in any order, to the same figures.
struct Balance: Sendable, Hashable {
    private(set) var byExpiry: [Instant: Points] = [:]

    init(_ entries: some Sequence<CreditEntry> = []) {
        for entry in entries { add(entry) }
    }

    mutating func add(_ entry: CreditEntry) {
        let sum = byExpiry[entry.expires, default: .zero] + entry.points
        byExpiry[entry.expires] = sum == .zero ? nil : sum
    }

    func points(at instant: Instant) -> Points {
        byExpiry.reduce(.zero) { sum, part in part.key > instant ? sum + part.value : sum }
    }
}

/// A balance as it is shown: on a scale, with its grade. Without consent there is none, only the ledger: see
/// `RuleVersion.scores`.
struct Score: Sendable, Hashable {
    var scale: String
    var points: Points
    var grade: Scale.Grade

    init?(_ balance: Points, on scale: Scale) {
        guard let grade = scale.grade(of: balance) else { return nil }
        self.scale = scale.code
        points = scale.score(of: balance)
        self.grade = grade
    }
}
