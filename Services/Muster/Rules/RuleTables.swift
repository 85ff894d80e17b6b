import Contracts

/// How often each rule decided and was set right.
struct RuleReportTable: Decodable {
    struct Row: Decodable {
        struct Change: Decodable {
            let what: String
            let from: String
            let to: String
            let count: Int
        }

        let rule: String
        let cases: Int
        let reclassified: Int
        let corrected: Int
        let changes: [Change]
    }

    let since: Instant
    let rows: [Row]

    var text: String {
        "since \(since)\n\n"
            + table(
                ["rule", "cases", "reclassified", "corrected", "how"],
                rows.map { row in
                    [
                        row.rule, String(row.cases), String(row.reclassified), String(row.corrected),
                        row.changes.map { "\($0.count) × \($0.what) \($0.from) → \($0.to)" }.joined(separator: ", "),
                    ]
                })
    }
}

/// Columns as wide as their widest cell; an ideograph is as wide as two letters.
func table(_ head: [String], _ rows: [[String]]) -> String {
    func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.properties.isIdeographic ? 2 : 1) }
    }
    let lines = [head] + rows
    let widths = head.indices.map { column in lines.map { width($0[column]) }.max() ?? 0 }
    return lines.map { cells in
        let padded = zip(cells, widths).dropLast().map { $0 + String(repeating: " ", count: $1 - width($0)) }
        return (padded + [cells.last ?? ""]).joined(separator: "  ")
    }.joined(separator: "\n")
}
