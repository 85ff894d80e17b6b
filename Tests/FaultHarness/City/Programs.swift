import Foundation

/// Runs Muster's own command line, and the scripts that the servers are started with.
struct Programs: Sendable {
    let folder: URL
    let root: URL

    /// - Throws: `Broken` with what it said, unless it ends with 0.
    @discardableResult
    func muster(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
        try Self.run(folder.appending(path: "muster"), arguments, environment)
    }

    @discardableResult
    func script(_ name: String, _ arguments: [String]) throws -> String {
        try Self.run(root.appending(path: "infra/dev/\(name)"), arguments, [:])
    }

    @discardableResult
    static func run(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws -> String {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // A file and no pipe: a server that the program starts inherits it and would keep a pipe open.
        let file = FileManager.default.temporaryDirectory.appending(path: "fault-harness-\(UUID().uuidString)")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        guard process.terminationStatus == 0 else {
            let words = ([program.lastPathComponent] + arguments).joined(separator: " ")
            throw Broken("\(words) ended with \(process.terminationStatus): \(text)")
        }
        return text
    }

    /// A port that nobody listens on now, given out by the kernel.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return UInt16(bigEndian: address.sin_port)
    }
}
