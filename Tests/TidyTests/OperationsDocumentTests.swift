import Testing

/// docs/operations.md against the code: every setting with its default, metric, chore, alert and dead-letter reason.
@Suite struct OperationsDocumentTests {
    private static func file(_ path: String) throws -> SourceFile {
        try #require(try Project.files().first { $0.path == path }, "\(path) is gone")
    }

    private static func code() throws -> [SourceFile] {
        try Project.files().filter { $0.isSwift && $0.isIn("Services", "Shared") }
    }

    /// What a pattern with one group finds.
    private static func matches(of pattern: Regex<(Substring, Substring)>, in files: [SourceFile]) -> Set<String> {
        let texts = files.map { file in file.lines.filter { !$0.isComment }.joined(separator: "\n") }
        return Set(texts.flatMap { $0.matches(of: pattern).map { String($0.1) } })
    }

    /// The names between backquotes in the first cells of a document's tables.
    private static func documented(_ pattern: Regex<(Substring, Substring)>, in path: String) throws -> Set<String> {
        let cells = try file(path).lines.filter { $0.hasPrefix("| `") }
            .compactMap { $0.split(separator: "|").first.map(String.init) }
        return Set(cells.flatMap { $0.matches(of: pattern).map { String($0.1) } })
    }

    @Test func `every metric is documented, and no other`() throws {
        let plain = Self.matches(
            of: /metrics\.(?:gauge|histogram)\(\s*"((?:muster|process)_[a-z_]+)"/, in: try Self.code())
        let counters = Self.matches(of: /metrics\.counter\(\s*"((?:muster|process)_[a-z_]+)"/, in: try Self.code())
        // Registered from a list of names.
        let listed = Self.matches(of: /\("(muster_[a-z_]+)", "/, in: try Self.code())
        let known = plain.union(counters.map { $0 + "_total" }).union(listed)
        let documented = try Self.documented(/`(muster_[a-z_]+)/, in: "docs/operations.md")
            .filter { !$0.hasPrefix("muster_dead_") || $0 == "muster_dead_letters_total" }
        #expect(known.filter { $0.hasPrefix("muster_") }.subtracting(documented).sorted() == [], "not documented")
        #expect(documented.subtracting(known).sorted() == [], "not in the code")
        #expect(known.count > 20)
    }

    @Test func `every setting is documented, and no other`() throws {
        // Failpoints are in no build but that of the fault tests: docs/faults.md.
        let services = try Self.code().filter { !$0.isIn("Services/Muster", "Shared/Failpoints") }
        let known = Self.matches(of: /"(MUSTER_[A-Z_]+)"/, in: services)
        let documented = try Self.documented(/`(MUSTER_[A-Z_]+)`/, in: "docs/operations.md")
        #expect(known.subtracting(documented).sorted() == [], "not documented")
        #expect(documented.subtracting(known).sorted() == [], "not in the code")
    }

    @Test func `the default of every number is the one in the code`() throws {
        let rows = try Self.file("docs/operations.md").lines.filter { $0.hasPrefix("| `MUSTER_") }
        let pattern = /integer\(\s*"(MUSTER_[A-Z_]+)", in: [^,]+, default: ([0-9_]+)\)/
        var count = 0
        for file in try Self.code() {
            for match in file.lines.joined(separator: "\n").matches(of: pattern) {
                count += 1
                let value = match.2.filter { $0 != "_" }
                let row = rows.first { $0.contains("`\(match.1)`") } ?? ""
                let cells = row.split(separator: "|").map { $0.filter { $0 != "`" } }
                let names = row.split(separator: "|").first?.split(separator: ",").count ?? 0
                // A port of 0 is any that is free.
                let shown = value == "0" && match.1 == "MUSTER_HTTP_PORT" ? "any free" : value
                #expect(
                    cells.count > 1
                        && cells[1].split(separator: ",").contains {
                            $0.filter { $0 != " " } == shown.filter { $0 != " " }
                        },
                    "\(match.1) is \(value) in the code; in the document (\(names) names): \(row)")
            }
        }
        #expect(count >= 8)
    }

    @Test func `every chore is documented, and no other`() throws {
        let known = Self.matches(of: /Chore\("([a-z-]+)"/, in: try Self.code())
            .union(["people", "homes", "places", "events", "things"].map { "facts-\($0)" })
        let section = try Self.file("docs/operations.md").lines.drop { $0 != "## Chores" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
        let documented = Set(
            section.compactMap { $0.split(separator: "|").first }
                .flatMap { $0.matches(of: /`([a-z-]+)`/).map { String($0.1) } })
        #expect(known == documented)
    }

    @Test func `every dead-letter reason is documented`() throws {
        let source = try Self.file("Shared/Contracts/CloudEvents.swift").lines.joined(separator: "\n")
        let reasons =
            source.matches(of: /case [a-zA-Z0-9]+ = "([a-z0-9-]+)"/).map { String($0.1) } + ["cannot-be-stored"]
        let section = try Self.file("docs/operations.md").lines.drop { $0 != "## Dead-letter reasons" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }.joined(separator: "\n")
        #expect(reasons.filter { !section.contains("`\($0)`") } == [])
        #expect(reasons.count > 5)
    }

    @Test func `every alert has its line of what to do, with its severity, and no line is without alert`() throws {
        let rules = try Self.file("infra/prometheus/rules/muster.yml").lines.joined(separator: "\n")
        let alerts = rules.matches(of: /alert: ([A-Za-z]+)\n[^!]*?severity: ([a-z]+)/).map { "\($0.1) \($0.2)" }
        let rows = try Self.file("docs/operations.md").lines.filter { $0.hasPrefix("| `Muster") }.map { line in
            let cells = line.split(separator: "|").map { $0.filter { $0 != "`" && $0 != " " } }
            return "\(cells[0]) \(cells[1])"
        }
        #expect(alerts.count > 10)
        #expect(alerts.sorted() == rows.sorted())
    }
}

extension String {
    fileprivate var isComment: Bool { drop { $0 == " " }.hasPrefix("//") }
}
