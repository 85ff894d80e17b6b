import Contracts

extension CreditItem {
    /// What is wrong with the item, each as the field, the rule and what would be right.
    var mistakes: [String] { nameMistakes + worthMistakes + capMistakes + termMistakes }

    private var nameMistakes: [String] {
        var mistakes: [String] = []
        if !Identifier.isValid(code) { mistakes.append("code has the wrong form: \(Identifier.rule)") }
        if english.isEmpty { mistakes.append("english is empty: write the name in English") }
        if chinese.isEmpty { mistakes.append("chinese is empty: write the name in Chinese") }
        if source.isEmpty { mistakes.append("source is empty: say where the figure is from") }
        if subjects.isEmpty { mistakes.append("subjects is empty: name at least one kind of subject") }
        return mistakes
    }

    /// No single act is worth more than a tenth of everybody's base of 1,000 points.
    static let most = Points(hundredths: 10_000)
    private static let mostQuantity = 10_000_000
    private static let mostDenominator = 100_000

    private var worthMistakes: [String] {
        var mistakes: [String] = []
        if worth.figures.contains(where: { $0.magnitude > Self.most }) {
            mistakes.append("points is above \(Self.most) at a time: write at most \(Self.most.hundredths) hundredths")
        }
        if worth.isDeduction, worth.figures.contains(where: { $0 > .zero }) {
            mistakes.append("points both gives and takes: make two items of it")
        }
        switch worth {
        case .flat, .perUnit: break
        case .steps(let steps):
            if steps.isEmpty { mistakes.append("points.steps is empty: write at least one step") }
            if !ascends(steps.map(\.from)) { mistakes.append("points.steps must begin above zero and ascend in from") }
        case .curve(let curve):
            mistakes += Self.mistakes(of: curve)
            if worth.isDeduction { mistakes.append("points.curve must not take points: write flat or steps") }
        }
        return mistakes
    }

    private static func mistakes(of curve: Curve) -> [String] {
        if curve.tiers.isEmpty { return ["points.curve.tiers is empty: write at least one tier"] }
        if curve.tiers.contains(where: { $0.each < 1 }) { return ["points.curve.tiers: each must be above zero"] }
        var mistakes: [String] = []
        if !ascends(curve.tiers.map(\.upTo)) {
            mistakes.append("points.curve.tiers must ascend in upTo, from above zero")
        }
        if let last = curve.tiers.last, last.upTo > mostQuantity {
            mistakes.append("points.curve.tiers goes up too far: write at most \(mostQuantity)")
        }
        // Keeps the exact arithmetic far from its limit of 63 bits.
        if curve.tiers.contains(where: { $0.each > mostDenominator }) || curve.denominator > mostDenominator {
            mistakes.append("points.curve.tiers: the least common multiple of each is above \(mostDenominator)")
        }
        if let grain = curve.grain, grain <= .zero { mistakes.append("points.curve.grain must be above zero") }
        return mistakes
    }

    private var capMistakes: [String] {
        var mistakes: [String] = []
        let caps = caps.sorted { $0.period < $1.period }
        if Set(caps.map(\.period)).count < caps.count { mistakes.append("caps names a period twice: keep one of them") }
        if caps.contains(where: { $0.points <= .zero }) { mistakes.append("caps must be above zero") }
        if zip(caps, caps.dropFirst()).contains(where: { $0.points > $1.points }) {
            mistakes.append("caps of a longer period is below one of a shorter: the shorter would never be reached")
        }
        return mistakes
    }

    private var termMistakes: [String] {
        var mistakes: [String] = []
        if !(1...10).contains(validYears) { mistakes.append("validYears is out of range: write 1 to 10") }
        if minimum < 1 { mistakes.append("minimum must be above zero: leave it out for 1") }
        if trigger != .deed, !evidence.isEmpty {
            mistakes.append("evidence is for deeds: what is credited by itself has its proof in the event")
        }
        if Set(evidence).count < evidence.count { mistakes.append("evidence names the same twice: keep one of them") }
        if let measure = trigger.measure, measure != self.measure {
            mistakes.append("measure must be \(measure.rawValue), since trigger is \(trigger.rawValue)")
        }
        if legalBasis?.isEmpty == true {
            mistakes.append("legalBasis is empty: name the law and article, or leave it out")
        }
        return mistakes
    }
}

extension CreditItem.Trigger {
    /// What the quantity of an event that credits itself counts; nil where the item may choose.
    var measure: CreditItem.Measure? {
        switch self {
        case .deed: nil
        case .hours: .hours
        case .patrol: .minutes
        case .caseRated: .rating
        case .caseSettledInTime, .whistleAttendedInTime, .whistleDoneInTime, .whistleMissed: .times
        }
    }
}

/// Whether each is above the one before, and the first above zero.
private func ascends(_ values: [Int]) -> Bool { zip([0] + values, values).allSatisfy { $0 < $1 } }
