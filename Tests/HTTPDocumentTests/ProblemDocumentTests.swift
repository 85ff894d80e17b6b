import Contracts
import Foundation
import HTTPServer
import Testing

@testable import ServiceKit

/// docs/problems.md, which the `type` of each problem leads to in words. Written anew like the other documents.
@Suite struct ProblemDocumentTests {
    private static let types = (ProblemType.catalogue + ProblemType.ofServices).sorted { $0.slug < $1.slug }

    private static var text: String {
        var lines = [
            "# Problems", "",
            "An error is answered as `application/problem+json` (RFC 9457). Tell kinds apart by `type`, never by the texts; each service",
            "also explains it at that path. Made from the code by a test (Tests/HTTPDocumentTests).", "",
            "| `type` | status | when | what it means, and what to do |", "|---|---|---|---|",
        ]
        lines += types.map { "| `\($0.uri)` | \($0.status) | \($0.title) | \($0.meaning) |" }
        lines += [
            "", "## Why an item was refused", "",
            "In a receipt's `reason.code`, over HTTP and by topic alike, and in the `code` of the problem that a single item is answered",
            "with. A refusal is kept with its reason; nothing else of the item is.", "",
            "| `code` | `type` over HTTP | what it means, and what to do |", "|---|---|---|",
        ]
        lines += Refusal.Code.allCases.sorted { $0.rawValue < $1.rawValue }.map { code in
            "| `\(code.rawValue)` | `\(Problem(Refusal(code, "")).type)` | \(code.meaning) |"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func `the page of problems is what the code says`() throws {
        let file = Project.docs.appending(path: "problems.md")
        if Project.writes { try Data(Self.text.utf8).write(to: file) }
        #expect(
            try String(contentsOf: file, encoding: .utf8) == Self.text,
            "docs/problems.md is not what the code says: run this with MUSTER_WRITE_DOCS=1")
    }

    @Test func `each type of problem in the sources is on the page`() throws {
        let pattern = /ProblemType\(\s*"([a-z0-9-]+)"/
        var slugs: Set<String> = []
        for folder in ["Services", "Shared"] {
            let files = FileManager.default.enumerator(
                at: Project.root.appending(path: folder), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "swift" else { continue }
                let lines = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false)
                // Comments show how one is made.
                let code = lines.filter { !$0.contains("///") }.joined(separator: "\n")
                slugs.formUnion(code.matches(of: pattern).map { String($0.1) })
            }
        }
        #expect(slugs == Set(Self.types.map(\.slug)))
    }

    @Test(arguments: try ServiceEndpoints.all.get())
    func `a service explains every problem that its document names`(_ service: ServiceEndpoints) async throws {
        let router = Router(service.endpoints.map(\.route))
        for type in Set(service.endpoints.flatMap(\.problems)) {
            let target = try #require(Target(type.uri.utf8))
            #expect(await router.respond(to: Request(.get, target)).status == .ok, "\(type.uri)")
        }
    }
}
