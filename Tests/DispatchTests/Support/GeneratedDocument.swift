import FoundationEssentials
import Testing

/// A document in docs/ with a part between two markers that is made from the code.
struct GeneratedDocument {
    let name: String

    private static let begin = "<!-- made from the code: begin -->\n"
    private static let end = "<!-- made from the code: end -->"

    /// Compares the part with what the code makes now; with `MUSTER_WRITE_DOCS` set, writes it instead.
    func expect(_ made: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let path = root.appending(path: "docs/\(name)").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let head = try #require(text.firstRange(of: Self.begin)).upperBound
        let tail = try #require(text.firstRange(of: Self.end)).lowerBound
        let made = "\n\(made)\n\n"
        if ProcessInfo.processInfo.environment["MUSTER_WRITE_DOCS"] != nil {
            try (text[..<head] + made + text[tail...]).write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(
                text[head..<tail] == made, "docs/\(name) differs from the code: run this test with MUSTER_WRITE_DOCS=1",
                sourceLocation: sourceLocation)
        }
    }
}

/// A Markdown table.
func markdownTable(_ head: [String], _ rows: [[String]]) -> String {
    let rule = "|" + String(repeating: "---|", count: head.count)
    return (["| \(head.joined(separator: " | ")) |", rule] + rows.map { "| \($0.joined(separator: " | ")) |" })
        .joined(separator: "\n")
}
