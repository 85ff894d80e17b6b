import Foundation

/// Some runs of one figure.
package struct Figure: Sendable {
    package let values: [Double]

    /// - Parameter values: one at least.
    package init(values: [Double]) { self.values = values }

    /// Of an even number of runs half way between the two in the middle.
    package var median: Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    package var least: Double { values.min() ?? 0 }
    package var most: Double { values.max() ?? 0 }

    package func text(_ unit: String, digits: Int = 0) -> String {
        let shown = [median, least, most].map { String(format: "%.\(digits)f", $0) }
        return "\(shown[0]) \(unit) (\(shown[1])–\(shown[2]) in \(values.count) runs)"
    }
}
