import Foundation

/// How many times as good as others, on one scale: a dot for the medians, a line from the worst pair of runs to the best, and a
/// mark for what is to be reached. Right of the middle is better than the other.
package enum ResultsPicture {
    private static let (left, right, width) = (430.0, 820.0, 900.0)
    private static let (top, step) = (58.0, 40.0)
    /// The scale is logarithmic: as far to the left for half as good as to the right for twice.
    private static let scale = 0.03...30.0

    /// As SVG; empty of lines when nothing was measured beside another.
    package static func svg(_ results: Results) -> String {
        let lines = Comparison.all.compactMap { comparison in
            comparison.times(in: results).map { (comparison, $0) }
        }
        let height = top + Double(lines.count) * step + 42
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="16" y="26" font-size="16" font-weight="bold" fill="#222">Times as good as others on the same machine, in one run</text>

            """
        for tick in [0.03, 0.1, 0.3, 1, 3, 10, 30] {
            let x = place(tick)
            svg += line(x, top - 14, x, height - 36, tick == 1 ? "#555" : "#ddd", 1)
            svg += text(x, height - 18, "\(ResultsTable.times(tick))×", "#555", anchor: "middle")
        }
        for (number, (comparison, times)) in lines.enumerated() {
            let y = top + (Double(number) + 0.4) * step
            svg += text(left - 14, y - 2, comparison.other?.title ?? "", "#222", anchor: "end")
            svg += text(left - 14, y + 14, "beside " + (comparison.other?.who ?? ""), "#777", anchor: "end", size: 11)
            let color = times.median >= 1 ? "#1a7f5a" : "#b35c1e"
            svg += line(place(times.range.lowerBound), y, place(times.range.upperBound), y, color, 3)
            svg +=
                "<circle cx=\"\(self.number(place(times.median)))\" cy=\"\(self.number(y))\" r=\"6\" fill=\"\(color)\"/>\n"
            if let reach = times.reach {
                let x = place(reach)
                svg += line(x, y - 11, x, y + 11, "#3b5bdb", 2)
            }
            svg += text(right + 22, y + 5, ResultsTable.times(times.median) + "×", color, anchor: "start")
        }
        svg += line(left + 10, 34, left + 10, 50, "#3b5bdb", 2)
        svg += text(left + 18, 47, "to be reached", "#3b5bdb", anchor: "start", size: 11)
        return svg + "</svg>\n"
    }

    private static func place(_ times: Double) -> Double {
        let share =
            log(min(max(times, scale.lowerBound), scale.upperBound) / scale.lowerBound)
            / log(scale.upperBound / scale.lowerBound)
        return left + share * (right - left)
    }

    private static func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double, _ color: String, _ width: Int)
        -> String
    {
        """
        <line x1="\(number(x))" y1="\(number(y))" x2="\(number(toX))" y2="\(number(toY))" stroke="\(color)" stroke-width="\(width)"/>

        """
    }

    private static func text(
        _ x: Double, _ y: Double, _ text: String, _ color: String, anchor: String, size: Int = 13
    ) -> String {
        let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return """
            <text x="\(number(x))" y="\(number(y))" fill="\(color)" text-anchor="\(anchor)" font-size="\(size)">\(escaped)</text>

            """
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
