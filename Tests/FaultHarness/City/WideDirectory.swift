import Foundation

/// The example directory with as many grids more as a city has, each with a chief.
enum WideDirectory {
    static let grids = 447

    static func grid(_ number: Int) -> String { "371082007025" + String(number + 100) }
    static func chief(_ number: Int) -> String { "p-storm-\(number)" }

    /// - Returns: the folder.
    static func make() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = FileManager.default.temporaryDirectory.appending(path: "wide-directory-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: root.appending(path: "docs/example-directory"), to: folder)
        let lines: [(String, (Int) -> String)] = [
            ("units.csv", { "\(grid($0)),第\($0)网格," }),
            ("people.csv", { "\(chief($0)),网格员\($0),zh" }),
            ("postings.csv", { "\(chief($0)),grid-chief,\(grid($0)),,2025-01-01T00:00:00Z," }),
        ]
        for (name, line) in lines {
            let file = folder.appending(path: name)
            let text = try String(contentsOf: file, encoding: .utf8)
            try (text + (0..<grids).map { line($0) + "\n" }.joined()).write(to: file, atomically: true, encoding: .utf8)
        }
        return folder.path
    }
}
