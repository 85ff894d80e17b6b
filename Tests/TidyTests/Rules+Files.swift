/// What any file of the project may not be, or hold.
extension Rule {
    static let files: [Rule] = [length, resolved, binary, marks, paths, registries, oneTitle, strictScript]

    /// A longer file is most often two ideas; beyond the second figure it is always.
    static let longFile = 300, tooLongFile = 400

    private static let length = Rule("a file is one idea", in: \.isSwift) { file in
        let count = file.lines.count - (file.lines.last == "" ? 1 : 0)
        guard count > tooLongFile else { return [] }
        return [
            Finding(
                file.path, nil, "a file of \(count) lines",
                instead:
                    "a file is one idea; split it as Type.swift and Type+Facet.swift, under \(tooLongFile) lines each")
        ]
    }

    private static let resolved = Rule("no pinned packages", in: { $0.name == "Package.resolved" }) {
        [Finding($0.path, nil, "Package.resolved", instead: "there are no outside packages to pin; remove it")]
    }

    private static let binary = Rule("no binaries") { file in
        let isBinary = file.lines.contains { $0.utf8.contains(0) || $0.unicodeScalars.contains("\u{FFFD}") }
        guard isBinary, !file.isIn("docs/images") || file.size > 200_000 else { return [] }
        return [
            Finding(
                file.path, nil, "a binary file",
                instead: "keep what can be read and compared; pictures of up to 200 kB belong into docs/images")
        ]
    }

    /// A rule against a text anywhere, comments and documents included.
    private static func ban(
        anywhere texts: [String], _ what: String, instead: String,
        in concerns: @escaping @Sendable (SourceFile) -> Bool = { _ in true }
    ) -> Rule {
        // The rules' own sources name what they ban.
        Rule(what, in: { !$0.isIn("Tests/TidyTests") && concerns($0) }) { file in
            texts.flatMap { text in
                file.lines(mentioning: text).map { Finding(file.path, $0, "\(what) (\(text))", instead: instead) }
            }
        }
    }

    private static let marks = ban(
        anywhere: ["TODO", "FIXME", "XXX", "HACK"], "a mark of unfinished work", instead: "finish it, or open an issue")

    private static let paths = ban(
        anywhere: ["/work/", "/root/", "/home/"], "a path of one machine",
        instead: "start from the project's root, or from a variable")

    private static let registries = ban(
        anywhere: [
            "registry.npmjs.org", "pypi.org", "proxy.golang.org", "crates.io", "rubygems.org", "repo.maven.apache.org",
            "registry-1.docker.io", "docker.io", "ghcr.io", "quay.io", "gcr.io", "deb.debian.org",
            "security.debian.org",
        ],
        "the name of a registry", instead: "name the package; which mirror serves it is the machine's own affair")

    private static let oneTitle = Rule("one title", in: { $0.path.hasSuffix(".md") }) { file in
        var isFenced = false
        let titles = file.lines.enumerated().filter { _, line in
            if line.hasPrefix("```") || line.hasPrefix("~~~") { isFenced.toggle() }
            return !isFenced && line.hasPrefix("# ")
        }
        if titles.isEmpty {
            return [Finding(file.path, nil, "a document without a title", instead: "begin it with one line `# Title`")]
        }
        return titles.dropFirst().map {
            Finding(file.path, $0.offset + 1, "a second title", instead: "a document has one; use `##` for its parts")
        }
    }

    private static let strictScript = Rule(
        "scripts stop at the first error", in: { $0.lines.first?.hasPrefix("#!/usr/bin/env bash") == true }
    ) { file in
        file.lines.contains("set -euo pipefail")
            ? [] : [Finding(file.path, nil, "a lenient script", instead: "begin it with `set -euo pipefail`")]
    }
}
