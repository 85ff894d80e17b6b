import FoundationEssentials

/// `.dev/day.html`: the day as a page that can be read offline; charts are inline SVG, nothing is fetched.
struct DayPage {
    let report: DayReport
    let stories: DayStories
    let attendance: [DayAttendance]
    /// Each service's lag as it was seen while the day went, by the city's time.
    let lags: [DayProgress.Sample]
    let day: CityDay

    var html: String {
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Muster · \(day.text)</title><style>\(Self.style)</style>
        <header><h1>应哨 · Muster</h1><p>One working day, \(day.text) · seed \(report.seed) · scale \(report.scale) ·
        \(report.replicas) process\(report.replicas == 1 ? "" : "es") a service · played in \(Int(report.seconds)) s</p>
        <p class="\(report.ok ? "ok" : "off")">\(verdict)</p>
        <p><code>content digest \(report.digest)</code></p></header>
        <section class="tiles">\(tiles)</section>
        <section><h2>The day by the hour</h2><div class="charts">\(hourCharts)</div></section>
        <section class="two"><div><h2>Time to settle</h2>\(settling)</div><div><h2>The ladder climbed</h2>\(ladder)</div></section>
        <section><h2>Who came when the whistle was blown</h2>\(attendanceTable)</section>
        <section><h2>Rules tried out</h2>\(trial)</section>
        <section><h2>Reconciliation</h2>\(reconciliation)</section>
        <section><h2>Five cases</h2>\(histories)</section>
        <section><h2>Services</h2>\(services)<div class="charts">\(lagCharts)</div></section>
        <section><h2>In numbers</h2>\(numbers)</section>
        </html>
        """
    }

    private var trial: String {
        let count = DaySummary.grouped(report.counts["rules_tried_elsewhere"] ?? 0)
        let all = DaySummary.grouped(report.counts["rules_tried_cases"] ?? 0)
        return "<p>“\(escaped(DayTrial.reason))”: \(count) of \(all) cases of a week would have gone elsewhere.</p><ul>"
            + report.trial.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
    }

    private var verdict: String {
        if report.ok { return "Nothing was lost, nothing was done twice." }
        return "It is not as it has to be: \(escaped(report.complaints.joined(separator: "; ")))."
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#222;background:#fafaf8}
        h1{margin:.2em 0;font-size:2rem}h2{margin:2em 0 .5em;font-size:1.2rem}code{font-size:.85em;word-break:break-all}
        .ok{color:#176d3b;font-weight:600;font-size:1.2rem}.off{color:#b3261e;font-weight:600;font-size:1.2rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem}
        .tile{background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:.6rem .8rem}.tile b{display:block;font-size:1.6rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem;margin-top:1rem}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(26rem,1fr));gap:0 2rem}
        figure{margin:0;background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:.6rem}figcaption{font-weight:600}
        figcaption small{font-weight:400;color:#666}
        table{border-collapse:collapse;background:#fff;width:100%}td,th{border-bottom:1px solid #e5e5e0;padding:.25rem .6rem;
        text-align:left}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr.bad td{background:#fde7e5}
        details{background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:.4rem .8rem;margin:.4rem 0}
        """

    private var tiles: String {
        let shown = [
            ("visits", "visits"), ("findings", "findings"), ("complaints", "complaints"), ("cases", "cases"),
            ("whistles", "whistles"), ("check_ins_in_time", "check-ins in time"), ("no_shows", "no-shows"),
            ("escalations", "escalations"), ("entries", "credit entries"), ("notices", "notices"),
        ]
        return shown.map { key, label in
            "<div class=\"tile\"><b>\(DaySummary.grouped(report.counts[key] ?? 0))</b>\(label)</div>"
        }.joined()
    }

    // MARK: Tables

    private var settling: String {
        table(
            ["handled as", "cases", "settled", "in time", "half in", "nine in ten in"],
            stories.settling.map { kind in
                [
                    kind.handling, "\(kind.cases)", "\(kind.settled)", "\(kind.inTime)",
                    DaySummary.time(minutes: kind.median), DaySummary.time(minutes: kind.slow),
                ]
            })
    }

    private var attendanceTable: String {
        table(
            ["department", "summoned", "in time", "late", "never", "declined"],
            attendance.prefix(20).map {
                [$0.department, "\($0.summoned)", "\($0.inTime)", "\($0.late)", "\($0.missed)", "\($0.declined)"]
            })
    }

    private var reconciliation: String {
        table(
            ["stage", "in", "stored", "known", "refused", "difference"],
            report.reconciliation.map {
                [$0.stage, "\($0.in)", "\($0.stored)", "\($0.known)", "\($0.refused)", "\($0.difference)"]
            }, bad: { report.reconciliation[$0].difference != 0 })
    }

    private var services: String {
        func milliseconds(_ value: Int?) -> String { value.map { "\($0) ms" } ?? "–" }
        return table(
            ["service", "memory", "ready in", "batch, 99 %", "published, 99 %", "lag", "dead letters"],
            report.services.map {
                [
                    $0.name, "\($0.rssMB) MB", milliseconds($0.readyMS), milliseconds($0.batchMS),
                    milliseconds($0.publishedMS), "\($0.lag)", "\($0.dead)",
                ]
            })
    }

    private var numbers: String {
        table(
            ["", "count"],
            report.counts.sorted { $0.key < $1.key }.map {
                [$0.key.replacing("_", with: " "), DaySummary.grouped($0.value)]
            })
    }

    private var histories: String {
        stories.stories.map { story in
            let steps = story.steps.map { step in
                "<li>\(step.at) <b>\(escaped(step.words))</b> by \(escaped(step.by))</li>"
            }
            return "<details open><summary>\(escaped(story.title))</summary><ol>\(steps.joined())</ol></details>"
        }.joined()
    }

    /// The first column holds words, the others numbers.
    private func table(_ head: [String], _ rows: [[String]], bad: (Int) -> Bool = { _ in false }) -> String {
        func cells(_ texts: [String], _ tag: String) -> String {
            texts.enumerated().map { "<\(tag)\($0 == 0 ? "" : " class=\"n\"")>\(escaped($1))</\(tag)>" }.joined()
        }
        let body = rows.enumerated().map { index, row in
            "<tr\(bad(index) ? " class=\"bad\"" : "")>\(cells(row, "td"))</tr>"
        }
        return "<table><tr>\(cells(head, "th"))</tr>\(body.joined())</table>"
    }

    func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
