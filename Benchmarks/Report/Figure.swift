import Foundation

/// Some runs of one figure.
package struct Figure: Sendable {
    package let values: [Double]

    /// - Parameter values: one at least.
    package init(values: [Double]) { self.values = values }

    package var median: Double { values.sorted()[values.count / 2] }
    package var least: Double { values.min() ?? 0 }
    package var most: Double { values.max() ?? 0 }

    package func text(_ unit: String, digits: Int = 0) -> String {
        let shown = [median, least, most].map { String(format: "%.\(digits)f", $0) }
        return "\(shown[0]) \(unit) (\(shown[1])–\(shown[2]) in \(values.count) runs)"
    }
}
