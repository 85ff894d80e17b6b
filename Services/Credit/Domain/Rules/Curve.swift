/// Diminishing points for a quantity that adds up over a period, such as volunteer hours over a year.
///
/// Marginal, as income tax is: each tier pays its own rate for what lies in it, and above the last tier nothing. The
/// total is exact, and rounded down once to whole `grain`s; what one event earns is the difference of two totals. So the
/// events of a period always add up to the table, however the quantity was cut into events.
struct Curve: Sendable, Hashable {
    struct Tier: Codable, Sendable, Hashable {
        /// The tier ends here, this quantity included.
        var upTo: Int
        /// Points are paid for each such quantity, in proportion.
        var each: Int
        var points: Points
    }

    /// What the quantity adds up over.
    var over: Period
    /// Points are paid in steps of this size; hundredths where it is missing.
    var grain: Points?
    var tiers: [Tier]

    /// The points for a quantity from the period's beginning.
    func total(for quantity: Int) -> Points {
        // Over a common denominator, so that a tier that ends between two points loses nothing.
        let denominator = denominator
        var numerator = 0
        var from = 0
        for tier in tiers {
            let inside = min(quantity, tier.upTo) - from
            if inside <= 0 { break }
            numerator += inside * tier.points.hundredths * (denominator / tier.each)
            from = tier.upTo
        }
        let step = max(1, grain?.hundredths ?? 1)
        return Points(hundredths: numerator / denominator / step * step)
    }

    /// A number that every tier's `each` divides.
    var denominator: Int { tiers.reduce(1) { lowestCommonMultiple($0, max(1, $1.each)) } }

    /// The points for what is added to a quantity.
    func points(adding quantity: Int, to before: Int) -> Points { total(for: before + quantity) - total(for: before) }
}

extension Curve: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case over, grain, tiers }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(onlyKeys: CodingKeys.self)
        over = try container.decode(Period.self, forKey: .over)
        grain = try container.decodeIfPresent(Points.self, forKey: .grain)
        tiers = try container.decode([Tier].self, forKey: .tiers)
    }
}

private func lowestCommonMultiple(_ left: Int, _ right: Int) -> Int {
    var (a, b) = (left, right)
    while b != 0 { (a, b) = (b, a % b) }
    return left / a * right
}
