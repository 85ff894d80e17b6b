import Foundation

/// What was measured as a table in Markdown: medians, the least and the most of all runs, and what is to be reached.
package enum ResultsTable {
    package static func text(_ results: Results) -> String {
        var lines = ["| row | what | ours | beside | times as good | to be reached |", "|---|---|---|---|---|---|"]
        var shown: Set<String> = []
        for comparison in Comparison.all {
            guard let ours = results[comparison.ours] else { continue }
            let isShown = !shown.insert(comparison.ours).inserted
            let measure = comparison.measure
            let beside = comparison.other.flatMap { other in
                results[other.name].map { "\(other.who): \(text($0, measure))" }
            }
            if isShown, beside == nil { continue }
            lines.append(
                "| \(comparison.row) | \(comparison.what) | \(text(ours, measure)) | \(beside ?? "") "
                    + "| \(comparison.times(in: results).map { times($0.median) } ?? "") "
                    + "| \(reach(comparison) ?? "") |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ figure: Figure, _ measure: Measure) -> String {
        let median = "**\(measure.text(figure.median))**\(measure.unit)"
        if figure.values.count == 1 { return "\(median) (one run)" }
        return "\(median) (\(measure.text(figure.least))–\(measure.text(figure.most)), \(figure.values.count))"
    }

    private static func reach(_ comparison: Comparison) -> String? {
        switch comparison.reach {
        case nil: nil
        case .times(let times): "\(self.times(times)) times"
        case .value(let value): comparison.measure.text(value) + comparison.measure.unit
        }
    }

    static func times(_ value: Double) -> String {
        String(format: value < 10 ? "%.2g" : "%.0f", value)
    }
}
