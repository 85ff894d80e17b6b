import Contracts

/// What a trial found, as tables: in what cases would have gone elsewhere, how many from where to where, then case by case.
struct RuleTrialTable: Decodable {
    struct Way: Decodable {
        let category: String
        let handling: String
        let owner: String
        let departments: [String]
        let accept: String
        let answer: String?
        let resolve: String
        let climb: String
        let rule: String

        /// A dash for what there is none of.
        func value(_ aspect: String) -> String {
            switch aspect {
            case "category": category
            case "handling": handling
            case "owner": owner
            case "departments": departments.isEmpty ? "–" : departments.joined(separator: "+")
            case "accept": accept
            case "answer": answer ?? "–"
            case "resolve": resolve
            case "climb": climb
            default: ""
            }
        }
    }

    struct Difference: Decodable {
        let what: String
        let count: Int
    }

    struct Row: Decodable {
        let community: UnitCode
        let number: Int
        let openedAt: Instant
        let differences: [String]
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
    let differences: [Difference]
    let rows: [Row]
    let sums: [Sum]

    var text: String {
        let head =
            "\(cases) cases since \(since)\(isComplete ? "" : " (and more, which were not tried)"): \(elsewhere) would have gone "
            + "elsewhere by version \(proposed)"
        if elsewhere == 0 { return head }
        let parts = [
            head, table(["in", "cases"], differences.map { [Self.heading($0.what), String($0.count)] }),
            table(["cases", "went", "would go", "by"], sums.map { [String($0.count), $0.before, $0.after, $0.rule] }),
            table(["case", "opened"] + columns.map(Self.heading) + ["by"], rows.map(cells)),
        ]
        let rest = rows.count < elsewhere ? "\n… and \(elsewhere - rows.count) more" : ""
        return parts.joined(separator: "\n\n") + rest
    }

    /// Only what is different in some case has a column.
    private var columns: [String] { differences.map(\.what) }

    private func cells(of row: Row) -> [String] {
        let changes = columns.map { aspect in
            row.differences.contains(aspect) ? "\(row.before.value(aspect)) → \(row.after.value(aspect))" : ""
        }
        return ["\(row.community) #\(row.number)", row.openedAt.description] + changes + [row.after.rule]
    }

    private static func heading(_ aspect: String) -> String {
        switch aspect {
        case "owner": "begins at"
        case "accept": "to accept"
        case "answer": "first answer"
        case "resolve": "to resolve"
        case "climb": "to climb"
        default: aspect
        }
    }
}
