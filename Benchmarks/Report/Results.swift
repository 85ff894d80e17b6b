import Foundation

/// What all runs of `infra/dev/bench` noted, by what it is: a line a value.
package struct Results {
    package struct Fault: Error, CustomStringConvertible {
        let line: Int
        let text: String

        package var description: String { "line \(line) is not a name, a tab and a number: \(text)" }
    }

    private var values: [String: [Double]] = [:]

    /// - Throws: `Fault`, naming the line that is not a name and a number with a tab between them.
    package init(_ text: String) throws(Fault) {
        for (number, line) in text.split(separator: "\n").enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2, let value = Double(fields[1]), value.isFinite else {
                throw Fault(line: number + 1, text: String(line))
            }
            values[String(fields[0]), default: []].append(value)
        }
    }

    /// Nil for what was not measured.
    package subscript(name: String) -> Figure? { values[name].map { Figure(values: $0) } }
}

/// How a value is written, and whether more of it is better.
enum Measure {
    case perSecond
    case milliseconds
    case seconds
    case megabytes
    case percent

    var moreIsBetter: Bool { self == .perSecond }

    /// With three digits that count, and no fewer than there are before the point.
    func text(_ value: Double) -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        let plain = String(format: "%.\(self == .megabytes ? 0 : digits)f", value)
        return abs(value) >= 1_000 ? Self.grouped(Int(value.rounded())) : plain
    }

    var unit: String {
        switch self {
        case .perSecond: "/s"
        case .milliseconds: " ms"
        case .seconds: " s"
        case .megabytes: " MB"
        case .percent: " %"
        }
    }

    private static func grouped(_ value: Int) -> String {
        value < 0
            ? "-" + grouped(-value)
            : value < 1_000
                ? "\(value)" : grouped(value / 1_000) + String(format: ",%03d", value % 1_000)
    }
}
