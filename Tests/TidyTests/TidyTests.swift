import Testing

/// The rules of the house, checked on every file of the project.
@Suite struct TidyTests {
    static let rules = Rule.imports + Rule.code + Rule.files

    @Test(arguments: rules) func `the project keeps the rule`(_ rule: Rule) throws {
        for finding in try Project.files().flatMap(rule.check) {
            Issue.record(Comment(rawValue: finding.description))
        }
    }

    @Test func `long files are named, before they are too long`() throws {
        for file in try Project.files() where file.isSwift && file.lines.count > Rule.longFile {
            print("tidy: \(file.path) has \(file.lines.count) lines: is it one idea?")
        }
    }

    @Test func `every C library has its wrapper in the list, and none is there that is gone`() throws {
        let folders = try Project.files().map(\.path).filter { $0.hasPrefix("Shared/C/") }
        let libraries = Set(folders.compactMap { $0.split(separator: "/").dropFirst(2).first.map(String.init) })
        #expect(libraries.sorted() == Set(Rule.wrappers.map(\.library)).sorted())
    }

    @Test func `every Debian package that the build names is in the list that is installed`() throws {
        let files = try Project.files()
        let manifest = try #require(files.first { $0.path == "Package.swift" })
        let list = try #require(files.first { $0.path == "infra/dev/packages" })
        let installed = Set(list.lines.compactMap { $0.split(separator: " ").first })
        let named = manifest.lines.flatMap { $0.split(separator: "\"") }.filter { $0.hasSuffix("-dev") }
        #expect(!named.isEmpty)
        #expect(named.filter { !installed.contains($0) } == [])
    }
}
