import Contracts

/// What two reports have in common, so that one may belong to the other.
struct Likeness: Sendable, Equatable {
    enum Reason: String, Codable, Sendable, CaseIterable {
        /// The same place, or one within the other, from a grid downwards.
        case place
        /// The same category, or one beside it below the same one.
        case category
        /// The same person complained of both. What a chief finds on her rounds is no sign of that.
        case reporter
        /// Half of the words, and three of them at least.
        case words
    }

    let reasons: Set<Reason>

    /// A report as it is compared with others.
    struct Report: Sendable {
        let unit: UnitCode
        let category: String
        let origin: CaseOpened.Origin
        let reporters: Set<PersonID>
        private let tokens: Set<String>

        init(
            unit: UnitCode, category: String, origin: CaseOpened.Origin, reporters: Set<PersonID>, text: String
        ) {
            (self.unit, self.category, self.origin, self.reporters) = (unit, category, origin, reporters)
            tokens = Set(SearchText(text).tokens)
        }

        fileprivate func sharesWords(with other: Report) -> Bool {
            let shared = tokens.intersection(other.tokens).count
            return shared >= 3 && shared * 2 >= min(tokens.count, other.tokens.count)
        }
    }

    /// Nil where they have too little in common: a place is like itself, and so is a category; it takes both, or the same person,
    /// or the same words of one of the two.
    init?(_ first: Report, _ second: Report) {
        var reasons: Set<Reason> = []
        if min(first.unit.level, second.unit.level) >= .grid,
            first.unit.contains(second.unit) || second.unit.contains(first.unit)
        {
            reasons.insert(.place)
        }
        if first.category.above == second.category.above { reasons.insert(.category) }
        if first.origin == .complaint, second.origin == .complaint, !first.reporters.isDisjoint(with: second.reporters)
        {
            reasons.insert(.reporter)
        }
        if first.sharesWords(with: second) { reasons.insert(.words) }
        guard reasons.contains(.reporter) || reasons.count >= 2 else { return nil }
        self.reasons = reasons
    }
}

extension String {
    /// Of `utility.water.burst` the category `utility.water`.
    var above: Substring { lastIndex(of: ".").map { self[..<$0] } ?? self[...] }
}
