import Contracts

extension DayPage {
    /// One chart a series, a bar an hour.
    var hourCharts: String {
        Dictionary(grouping: stories.hours, by: \.series).sorted { $0.key < $1.key }.map { name, hours in
            let most = hours.map(\.count).max() ?? 0
            return chart(
                name, "at most \(DaySummary.grouped(most)) an hour",
                hours.map { Bar(at: Double($0.hour) + 0.1, width: 0.75, value: $0.count, title: "\($0.hour):00") })
        }.joined()
    }

    /// What each service had not consumed yet, at each moment that was looked at.
    var lagCharts: String {
        let services = Set(lags.flatMap { $0.lag.keys }).sorted { $0.rawValue < $1.rawValue }
        let midnight = day.midnight
        return services.map { service in
            let bars = lags.filter { $0.at >= midnight }.map { sample in
                let hour = Double(sample.at.milliseconds - midnight.milliseconds) / 3_600_000
                return Bar(at: hour, width: 0.12, value: sample.lag[service] ?? 0, title: sample.at.description)
            }
            return chart(
                "lag of \(service.rawValue)", "at most \(DaySummary.grouped(bars.map(\.value).max() ?? 0)) records",
                bars)
        }.joined()
    }

    /// How often each level was told.
    var ladder: String {
        let levels = ["community", "town", "city"].map { ($0, report.counts["escalations_to_\($0)"] ?? 0) }
        let most = max(1, levels.map(\.1).max() ?? 1)
        let bars = levels.enumerated().map { index, level in
            let y = 10 + index * 34
            let width = Double(level.1) / Double(most) * 230
            return """
                <text x="0" y="\(y + 16)" font-size="13">\(level.0)</text>
                <rect x="90" y="\(y)" width="\(width)" height="22" fill="#b3562e"/>
                <text x="\(96 + width)" y="\(y + 16)" font-size="13">\(DaySummary.grouped(level.1))</text>
                """
        }
        return "<figure><svg viewBox=\"0 0 380 112\" role=\"img\">\(bars.joined())</svg></figure>"
    }

    private struct Bar {
        /// In hours since midnight.
        let at: Double
        let width: Double
        let value: Int
        let title: String
    }

    private func chart(_ name: String, _ note: String, _ bars: [Bar]) -> String {
        let most = max(1, bars.map(\.value).max() ?? 1)
        let shapes = bars.map { bar in
            let height = Double(bar.value) / Double(most) * 100
            return """
                <rect x="\(bar.at * 14 + 2)" y="\(110 - height)" width="\(bar.width * 14)" height="\(height)" fill="#2f6f9f">
                <title>\(escaped(bar.title)) – \(bar.value)</title></rect>
                """
        }
        let labels = [0, 6, 12, 18].map { "<text x=\"\($0 * 14 + 2)\" y=\"124\" font-size=\"10\">\($0):00</text>" }
        return """
            <figure><figcaption>\(escaped(name)) <small>\(escaped(note))</small></figcaption>
            <svg viewBox="0 0 340 130" role="img">\(shapes.joined())\(labels.joined())</svg></figure>
            """
    }
}
