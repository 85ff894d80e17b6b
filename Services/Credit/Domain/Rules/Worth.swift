/// What one event of an item is worth before any cap.
enum Worth: Sendable, Hashable {
    /// The same each time, whatever the quantity.
    case flat(Points)
    /// For each one of the quantity.
    case perUnit(Points)
    /// By how large the quantity is: the last step that it reaches; below the first one, nothing.
    case steps([Step])
    /// By what the quantity adds to the period's total.
    case curve(Curve)

    struct Step: Codable, Sendable, Hashable {
        var from: Int
        var points: Points
    }

    /// - Parameter before: the quantity that was counted earlier in the curve's period.
    func points(for quantity: Int, before: Int) -> Points {
        switch self {
        case .flat(let points): points
        case .perUnit(let points): points * quantity
        case .steps(let steps): steps.last { $0.from <= quantity }?.points ?? .zero
        case .curve(let curve): curve.points(adding: quantity, to: before)
        }
    }

    var curve: Curve? {
        if case .curve(let curve) = self { curve } else { nil }
    }

    /// Every figure that a subject may be given or lose at a time.
    var figures: [Points] {
        switch self {
        case .flat(let points), .perUnit(let points): [points]
        case .steps(let steps): steps.map(\.points)
        case .curve(let curve): curve.tiers.map(\.points)
        }
    }

    var isDeduction: Bool { figures.contains { $0 < .zero } }

    /// Whether an event is entered though it gives nothing: the rule itself is worth nothing, and keeps a record.
    var isRecord: Bool { figures.allSatisfy { $0 == .zero } }
}

extension Worth: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case flat, perUnit, steps, curve }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(onlyKeys: CodingKeys.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "must be written in one way: flat, perUnit, steps or curve"))
        }
        switch key {
        case .flat: self = .flat(try container.decode(Points.self, forKey: key))
        case .perUnit: self = .perUnit(try container.decode(Points.self, forKey: key))
        case .steps: self = .steps(try container.decode([Step].self, forKey: key))
        case .curve: self = .curve(try container.decode(Curve.self, forKey: key))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .flat(let points): try container.encode(points, forKey: .flat)
        case .perUnit(let points): try container.encode(points, forKey: .perUnit)
        case .steps(let steps): try container.encode(steps, forKey: .steps)
        case .curve(let curve): try container.encode(curve, forKey: .curve)
        }
    }
}
