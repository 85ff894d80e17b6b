import Contracts

/// What a trial found, as tables: first the sums, then the cases.
struct RuleTrialTable: Decodable {
    struct Way: Decodable {
        let category: String
        let handling: String
        let owner: String
        let resolve: String
        let departments: [String]
        let rule: String

        /// What is another in the other way, or all of it where nothing is.
        func text(beside other: Way) -> String {
            var parts: [String] = []
            if category != other.category { parts.append(category) }
            if handling != other.handling { parts.append(handling) }
            if owner != other.owner { parts.append("at \(owner)") }
            if resolve != other.resolve { parts.append("within \(resolve)") }
            if departments != other.departments {
                parts.append(departments.isEmpty ? "nobody called" : departments.joined(separator: "+"))
            }
            return parts.joined(separator: ", ")
        }
    }

    struct Row: Decodable {
        let community: UnitCode
        let number: Int
        let openedAt: Instant
        let before: Way
        let after: Way
    }

    struct Sum: Decodable {
        let before: String
        let after: String
        let rule: String
        let count: Int
    }

    let proposed: Int
    let since: Instant
    let cases: Int
    let isComplete: Bool
    let elsewhere: Int
    let rows: [Row]
    let sums: [Sum]

    var text: String {
        var lines = [
            "\(cases) cases since \(since)\(isComplete ? "" : " (and more, which were not tried)"): \(elsewhere) would have gone "
                + "elsewhere by version \(proposed)"
        ]
        if elsewhere > 0 {
            lines += [
                "",
                table(
                    ["cases", "went", "would go", "by"], sums.map { [String($0.count), $0.before, $0.after, $0.rule] }),
            ]
            lines += [
                "",
                table(
                    ["case", "opened", "was", "would be", "by"],
                    rows.map { row in
                        [
                            "\(row.community) #\(row.number)", row.openedAt.description,
                            row.before.text(beside: row.after),
                            row.after.text(beside: row.before), row.after.rule,
                        ]
                    }),
            ]
            if rows.count < elsewhere { lines.append("… and \(elsewhere - rows.count) more") }
        }
        return lines.joined(separator: "\n")
    }
}

/// How often each rule decided and was set right.
struct RuleReportTable: Decodable {
    struct Row: Decodable {
        struct Change: Decodable {
            let from: String
            let to: String
            let count: Int
        }

        let rule: String
        let cases: Int
        let reclassified: Int
        let changes: [Change]
    }

    let since: Instant
    let rows: [Row]

    var text: String {
        "since \(since)\n\n"
            + table(
                ["rule", "cases", "set right", "how"],
                rows.map { row in
                    [
                        row.rule, String(row.cases), String(row.reclassified),
                        row.changes.map { "\($0.count) \($0.from) → \($0.to)" }.joined(separator: ", "),
                    ]
                })
    }
}

/// Columns as wide as their widest cell; an ideograph is as wide as two letters.
private func table(_ head: [String], _ rows: [[String]]) -> String {
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
