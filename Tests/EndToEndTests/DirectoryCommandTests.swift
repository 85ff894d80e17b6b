import Contracts
import Foundation
import TestSupport
import Testing

/// `muster directory` on a live deployment: what is wrong with files, what is listed, and the way back.
@Suite(.timeLimit(.minutes(5)))
struct DirectoryCommandTests {
    private func folder(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "directory-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try await body(folder.path)
    }

    private static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/example-directory").standardizedFileURL.path

    @Test func `the example directory has no fault`() throws {
        let text = try Program.run("muster", ["directory", "check", Self.example])
        #expect(text.contains("7 units"))
    }

    @Test func `everything that is wrong is said at once, with file and line and what would be right`() async throws {
        try await folder([
            "units.csv": "unit,name,retired\n371082,市,\n371082007025,社区,\n12,x,\n371082,市,soon\n",
            "people.csv": "person,name,language\np-1,王,fr\n",
            "departments.csv": "department,name,communities\nD001,城管,371082007099\n",
            "postings.csv":
                "person,role,unit,department,from,to\np-2,boss,,,2025-01-01T00:00:00Z,2024-01-01T00:00:00Z\n",
            "gateways.csv": "source,types\napp,muster.gateway.unheard-of.v1\n",
        ]) { folder in
            let error = #expect(throws: Program.Failed.self) {
                try Program.run("muster", ["directory", "check", folder])
            }
            let text = error?.description ?? ""
            for fault in [
                "units.csv:3: the unit above it, 371082007,", "units.csv:4: unit is missing or has the wrong form",
                "units.csv:5: unit is listed twice", "units.csv:5: retired is no time", "people.csv:2: language",
                "departments.csv:2: community 371082007099 is not listed", "postings.csv:2: person is not listed",
                "postings.csv:2: role is missing or unknown", "postings.csv:2: unit and department are empty",
                "postings.csv:2: to lies before from", "gateways.csv:2: type muster.gateway.unheard-of.v1 is unknown",
            ] { #expect(text.contains(fault), "\(fault) is missing in \(text)") }
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a load lists what differs, and can be undone and done again`() async throws {
        try await Deployment.use { city in
            let access = [
                "MUSTER_INTAKE_URL": city["intake"].url, "MUSTER_TOKEN": try city.token("--role", "operator"),
            ]
            func directory(_ words: String...) throws -> String {
                try Program.run("muster", ["directory"] + words, environment: access)
            }
            // The example is loaded: doing it again changes nothing.
            #expect(try directory("load", Self.example).hasPrefix("0 listed, "))
            let before = try directory("show", "unit", "--json") + directory("show", "person", "--json")
            // When a unit is renamed, one is added, and somebody gets a posting
            let name = try await change(city, directory)
            #expect(try directory("show", "unit", "371082007025001").contains("新的网格"))
            #expect(try directory("show", "person", "p-new").contains("steward"))
            try await eventually("dispatch has it, too", becomes: 1) {
                try await city.count("select count(*) from dispatch.directory_unit where name = '新的网格'")
            }
            // Then the undoing lists what was there before, and ends what was not
            let undone = try directory("undo", name)
            #expect(undone.hasPrefix("3 listed, "))
            let after = try directory("show", "unit", "--json") + directory("show", "person", "--json")
            #expect(!after.contains("新的网格") && after.contains("曙光社区第一网格"))
            #expect(try directory("show", "unit", "371082007025003").contains("retired"))
            #expect(before.count < after.count)
            // And the undoing is a load, which can be undone.
            let undoing = try #require(undone.firstMatch(of: /directory undo (\S+)/)).1
            #expect(try directory("undo", String(undoing)).hasPrefix("3 listed, "))
            #expect(try directory("show", "unit", "371082007025001").contains("新的网格"))
            #expect(try directory("loads").split(separator: "\n").count == 4)
            #expect(throws: Program.Failed.self) { try directory("undo", "load-of-nobody") }
        }
    }

    /// - Returns: the load's name.
    private func change(_ city: Deployment, _ directory: (String...) throws -> String) async throws -> String {
        var name = ""
        try await folder([
            "units.csv": """
            unit,name,retired
            371082,荣成市,
            371082007,崖头街道,
            371082007025,曙光社区,
            371082007025001,新的网格,
            371082007025003,曙光社区第三网格,

            """,
            "people.csv": "person,name,language\np-new,新来的,zh\n",
            "postings.csv":
                "person,role,unit,department,from,to\np-new,steward,371082007025003,,2025-01-01T00:00:00Z,\n",
        ]) { folder in
            let text = try directory("load", folder)
            #expect(text.hasPrefix("3 listed, 3 known already, 0 refused"))
            name = String(try #require(text.firstMatch(of: /directory undo (\S+)/)).1)
        }
        return name
    }
}
