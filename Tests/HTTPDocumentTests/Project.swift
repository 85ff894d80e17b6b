import Foundation

/// The project's own folders.
enum Project {
    static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    static let docs = root.appending(path: "docs")
    static let writes = ProcessInfo.processInfo.environment["MUSTER_WRITE_DOCS"] == "1"
}

/// A Python that may be there, with packages that may be.
enum Python {
    static func has(_ module: String) -> Bool { (try? run(["-c", "import \(module)"])) != nil }

    /// - Throws: `Failed` with what it wrote.
    static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: text) }
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }
}
