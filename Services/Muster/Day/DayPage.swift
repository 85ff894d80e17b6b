import FoundationEssentials

/// `.dev/day.html`: the day as a page that can be read offline; charts are inline SVG, nothing is fetched.
struct DayPage {
    let report: DayReport
    let stories: DayStories
    let day: CityDay

    var html: String {
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Muster · \(day.text)</title><style>\(Self.style)</style>
        <header><h1>应哨 · Muster</h1><p>One working day, \(day.text) · seed \(report.seed) · scale \(report.scale) ·
        \(report.replicas) process\(report.replicas == 1 ? "" : "es") a service · played in \(Int(report.seconds)) s</p>
        <p class="\(report.ok ? "ok" : "off")">\(report.ok ? "Nothing was lost, nothing was done twice." : "The reconciliation is off.")</p>
        <p><code>content digest \(report.digest)</code></p></header>
        <section class="tiles">\(tiles)</section>
        <section><h2>The day by the hour</h2><div class="charts">\(charts)</div></section>
        <section><h2>Reconciliation</h2>\(reconciliation)</section>
        <section><h2>Time to settle</h2>\(settling)</section>
        <section><h2>In numbers</h2>\(numbers)</section>
        <section><h2>Five cases</h2>\(histories)</section>
        <section><h2>Services</h2>\(processes)</section>
        </html>
        """
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:0 auto;padding:1rem;color:#222;background:#fafaf8}
        h1{margin:.2em 0;font-size:2rem}h2{margin:2em 0 .5em;font-size:1.2rem}code{font-size:.85em;word-break:break-all}
        .ok{color:#176d3b;font-weight:600;font-size:1.2rem}.off{color:#b3261e;font-weight:600;font-size:1.2rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.6rem}
        .tile{background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:.6rem .8rem}.tile b{display:block;font-size:1.6rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}
        figure{margin:0;background:#fff;border:1px solid #ddd;border-radius:.5rem;padding:.6rem}figcaption{font-weight:600}
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
            "<div class=\"tile\"><b>\(report.counts[key] ?? 0)</b>\(label)</div>"
        }.joined()
    }

    private var charts: String {
        Dictionary(grouping: stories.hours, by: \.series).sorted { $0.key < $1.key }.map { name, hours in
            let most = max(1, hours.map(\.count).max() ?? 1)
            let bars = hours.map { hour in
                let height = Double(hour.count) / Double(most) * 100
                return """
                    <rect x="\(hour.hour * 14 + 2)" y="\(110 - height)" width="10" height="\(height)" fill="#2f6f9f">
                    <title>\(hour.hour):00 – \(hour.count)</title></rect>
                    """
            }
            let labels = [0, 6, 12, 18].map { "<text x=\"\($0 * 14 + 2)\" y=\"124\" font-size=\"10\">\($0):00</text>" }
            return """
                <figure><figcaption>\(name) <small>(at most \(most) an hour)</small></figcaption>
                <svg viewBox="0 0 340 130" role="img">\(bars.joined())\(labels.joined())</svg></figure>
                """
        }.joined()
    }

    private var reconciliation: String {
        let rows = report.reconciliation.map { line in
            let numbers = [line.in, line.stored, line.known, line.refused, line.difference]
                .map { "<td class=\"n\">\($0)</td>" }.joined()
            return "<tr\(line.difference == 0 ? "" : " class=\"bad\"")><td>\(escaped(line.stage))</td>\(numbers)</tr>"
        }
        return """
            <table><tr><th>stage</th><th class="n">in</th><th class="n">stored</th><th class="n">known</th>
            <th class="n">refused</th><th class="n">difference</th></tr>\(rows.joined())</table>
            """
    }

    private var numbers: String {
        let rows = report.counts.sorted { $0.key < $1.key }.map {
            "<tr><td>\(escaped($0.key.replacing("_", with: " ")))</td><td class=\"n\">\($0.value)</td></tr>"
        }
        return "<table>\(rows.joined())</table>"
    }

    private var histories: String {
        stories.stories.map { story in
            let steps = story.steps.map { step in
                "<li>\(step.at) <b>\(escaped(step.words))</b> by \(escaped(step.actor ?? "the clock or a service"))</li>"
            }
            return "<details open><summary>\(escaped(story.title))</summary><ol>\(steps.joined())</ol></details>"
        }.joined()
    }

    private var settling: String {
        let rows = stories.settling.map { kind in
            """
            <tr><td>\(kind.handling)</td><td class="n">\(kind.cases)</td><td class="n">\(kind.settled)</td>
            <td class="n">\(kind.inTime)</td><td class="n">\(DaySummary.time(minutes: kind.median))</td>
            <td class="n">\(DaySummary.time(minutes: kind.slow))</td></tr>
            """
        }
        return """
            <table><tr><th>handled as</th><th class="n">cases</th><th class="n">settled</th><th class="n">by the deadline</th>
            <th class="n">half of them in</th><th class="n">nine in ten in</th></tr>\(rows.joined())</table>
            """
    }

    private var processes: String {
        let rows = report.services.map { service in
            """
            <tr><td>\(escaped(service.name))</td><td class="n">\(service.rssMB) MB</td>
            <td class="n">\(service.readyMS.map { "\($0) ms" } ?? "–")</td><td class="n">\(service.lag)</td>
            <td class="n">\(service.dead)</td></tr>
            """
        }
        return """
            <table><tr><th>service</th><th class="n">memory</th><th class="n">ready in</th><th class="n">lag</th>
            <th class="n">dead letters</th></tr>\(rows.joined())</table>
            """
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
