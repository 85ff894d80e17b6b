import Contracts
import Postgres
import ServiceKit

/// The day for people who watch it in a terminal.
struct DaySummary {
    let report: DayReport
    let stories: DayStories
    let day: CityDay

    var text: String {
        ([heading] + visits + settling + whistles + climbing + credit + notices + trial + told + proof).joined(
            separator: "\n")
    }

    private func count(_ key: String) -> String { Self.grouped(report.counts[key] ?? 0) }

    private var heading: String { "\nThe day, \(day.text)" }

    private var visits: [String] {
        [
            "  \(count("visits")) visits, \(count("findings")) findings, \(count("complaints")) complaints; "
                + "\(count("cases")) cases, of which \(Self.grouped(stories.carriedOver)) were open when it began"
        ]
    }

    private var settling: [String] {
        var lines = ["", "  Settled          cases  settled  by the deadline  half of them in  nine in ten in"]
        for kind in stories.settling {
            let share = kind.settled == 0 ? 0 : kind.inTime * 100 / kind.settled
            lines.append(
                "    " + Self.padded(kind.handling, 11) + Self.right(Self.grouped(kind.cases), 7)
                    + Self.right(Self.grouped(kind.settled), 9) + Self.right("\(share) %", 17)
                    + Self.right(Self.time(minutes: kind.median), 17) + Self.right(Self.time(minutes: kind.slow), 16))
        }
        return lines
    }

    private var whistles: [String] {
        [
            "",
            "  Whistles         \(count("whistles")) blown; departments came in time \(count("check_ins_in_time")) times, "
                + "late \(count("check_ins_late")), not at all \(count("no_shows"))",
        ]
    }

    private var climbing: [String] {
        [
            "  Climbed          \(count("escalations_to_community")) to the community, "
                + "\(count("escalations_to_town")) to the town, \(count("escalations_to_city")) to the city"
        ]
    }

    private var credit: [String] {
        let items = report.counts.filter { $0.key.hasPrefix("entries_") }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key.dropFirst("entries_".count)) \(Self.grouped($0.value))" }
        return Self.wrapped("  Credit           \(count("entries")) entries: " + items.joined(separator: ", "))
    }

    private var notices: [String] {
        let channels = report.counts.filter { $0.key.hasPrefix("notices_") }.sorted { $0.key < $1.key }
            .map { "\($0.key.dropFirst("notices_".count).replacing("_", with: " ")) \(Self.grouped($0.value))" }
        return Self.wrapped("  Notices          \(count("notices")): " + channels.joined(separator: ", "))
    }

    /// Rules that nobody has switched on: what would have been otherwise.
    private var trial: [String] {
        [
            "",
            "  Rules tried out  \"\(DayTrial.reason)\": \(count("rules_tried_elsewhere")) of \(count("rules_tried_cases")) "
                + "cases of a week would have gone elsewhere",
        ] + report.trial.map { "                   " + $0 }
    }

    private var told: [String] {
        var lines = ["", "Five cases"]
        for (number, story) in stories.stories.enumerated() {
            lines.append("  \(number + 1). \(story.title)")
            lines += story.steps.map { step in
                "       \(step.at)  " + Self.padded(step.words, 44) + step.by
            }
        }
        return lines
    }

    private var proof: [String] {
        var lines = ["", "Reconciliation", Reconciliation.Line.heading] + report.reconciliation.map(\.text)
        if !report.ok { lines += [""] + report.complaints.map { "✗ \($0)" } }
        let figures = report.services.map { service in
            "\(service.name) \(service.rssMB) MB" + (service.readyMS.map { ", ready in \($0) ms" } ?? "")
        }
        return lines + [
            "", "  " + figures.joined(separator: "; "), "", "content digest \(report.digest)",
            "\(report.steps) steps in \(Int(report.seconds)) s",
        ]
    }

    // MARK: Words and columns

    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.indices.reduce(into: "") { text, index in
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digits[index])
        }
    }

    static func time(minutes: Int) -> String {
        switch minutes {
        case ..<60: "\(minutes) min"
        case ..<2_880: "\(minutes / 60) h \(minutes % 60) min"
        default: "\(minutes / 1_440) days"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    /// Lines of at most 110 characters; those after the first begin below its text.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for part in text.split(separator: ", ") {
            let next = line.isEmpty ? String(part) : "\(line), \(part)"
            if next.count > 110, !line.isEmpty {
                lines.append(line + ",")
                line = String(repeating: " ", count: 19) + part
            } else {
                line = next
            }
        }
        return lines + [line]
    }
}
