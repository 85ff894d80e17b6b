import Arguments
import BenchmarkReport
import Foundation

/// The table and the picture of what `infra/dev/bench` noted.
enum ReportCommand {
    private static let results = Option(
        "results", value: "FILE", about: "what the rows noted", parser: .text(example: ".dev/bench/results.tsv"),
        default: ".dev/bench/results.tsv")

    static let command = Command(
        "report", about: "write what was noted as a table and a picture, beside it", options: [results]
    ) { values in
        let file = URL(filePath: values[results])
        let results = try Results(String(contentsOf: file, encoding: .utf8))
        let table = ResultsTable.text(results)
        let plain = file.deletingPathExtension()
        try table.write(to: plain.appendingPathExtension("md"), atomically: true, encoding: .utf8)
        try ResultsPicture.svg(results).write(
            to: plain.appendingPathExtension("svg"), atomically: true, encoding: .utf8)
        say(table)
    }
}
