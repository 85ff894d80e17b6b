/// One line of the table: a figure of ours, beside another system's or beside what limits it on the same machine.
struct Comparison {
    enum Reach {
        /// So many times as good as the other.
        case times(Double)
        /// A value of our own.
        case value(Double)
    }

    struct Other {
        /// As it is noted.
        let name: String
        let who: String
        /// What is compared, for the picture.
        let title: String
    }

    let row: String
    let what: String
    let measure: Measure
    let ours: String
    var other: Other?
    var reach: Reach?
}

extension Comparison {
    /// How many times as good as the other: so many times as many a second, or in a part of its time.
    struct Times {
        let median: Double
        /// From our worst run beside the other's best to our best beside its worst.
        let range: ClosedRange<Double>
        let reach: Double?
    }

    /// Nil unless both were measured.
    func times(in results: Results) -> Times? {
        guard let ours = results[ours], let other = other.flatMap({ results[$0.name] }) else { return nil }
        let (more, less) = measure.moreIsBetter ? (ours, other) : (other, ours)
        guard less.least > 0 else { return nil }
        let reach: Double? =
            switch reach {
            case nil: nil
            case .times(let times): times
            case .value(let value): measure.moreIsBetter ? value / other.median : other.median / value
            }
        return Times(
            median: more.median / less.median, range: more.least / less.most...more.most / less.least, reach: reach)
    }
}
