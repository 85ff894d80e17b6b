import Foundation
import Synchronization

/// One process of a service, which the harness kills, stops and starts again.
final class Replica: Sendable {
    let service: String
    let number: Int
    let port: UInt16
    /// Nil on the harness's own.
    private let host: SecondHost?
    /// Where its fault orders are and what it says of them: see Shared/Failpoints.
    private let faults: String
    /// The folder of the programs that it is started from: this version's, or a former one's.
    private let programs: Mutex<URL>
    private let log: URL
    private let environment: [String: String]
    private let process = Mutex<Process?>(nil)
    private let orders = Mutex(0)

    init(
        _ service: String, _ number: Int, port: UInt16, host: SecondHost? = nil, _ environment: [String: String],
        programs: URL, folder: URL
    )
        throws
    {
        self.service = service
        self.number = number
        self.port = port
        self.host = host
        self.programs = Mutex(programs)
        log = folder.appending(path: "\(service)-\(number).log")
        faults = folder.appending(path: "\(service)-\(number)").path
        let own = [
            "MUSTER_HTTP_PORT": "\(port)", "MUSTER_REPLICA": "\(service)-\(number)", "MUSTER_LOG_FORMAT": "text",
            "MUSTER_FAULTS": faults, "MUSTER_HTTP_HOST": host?.address ?? "127.0.0.1",
        ]
        self.environment = environment.merging(own) { $1 }
        try Data().write(to: log)
    }

    var name: String { "\(service)-\(number)" }
    var url: String { "http://\(host?.address ?? "127.0.0.1"):\(port)" }
    var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }
    var pid: pid_t { process.withLock { $0?.processIdentifier ?? 0 } }

    /// - Parameter changes: to its environment, for this life.
    func start(_ changes: [String: String] = [:]) throws {
        for suffix in [".armed", ".flight"] { try? FileManager.default.removeItem(atPath: faults + suffix) }
        let process = Process()
        let program = programs.withLock { $0 }.appending(path: "muster-\(service)")
        if let host {
            (process.executableURL, process.arguments) = host.running(program)
        } else {
            process.executableURL = program
        }
        process.environment = environment.merging(changes) { $1 }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        self.process.withLock { $0 = process }
    }

    /// Takes another version's programs from the next start on.
    func upgrade(to folder: URL) { programs.withLock { $0 = folder } }

    /// Steps the wall clock that it sees.
    func stepClock(milliseconds: Int) throws {
        try Data("\(milliseconds)".utf8).write(to: URL(filePath: faults + ".clock"), options: .atomic)
    }

    /// Bytes of memory that are resident now.
    var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * 4_096
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Returns once the process is gone.
    func kill9() {
        process.withLock { process in
            guard let process, process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// SIGTERM.
    ///
    /// - Returns: the exit code; nil when it had to be killed after the limit.
    func stop(within limit: Duration = .seconds(40)) async -> Int32? {
        signal(SIGTERM)
        let ended = await waits(limit) { !self.isRunning }
        defer { kill9() }
        return ended ? process.withLock { $0?.terminationStatus } : nil
    }

    // MARK: Fault orders

    /// Orders something at the n-th pass of a point from now on.
    ///
    /// - Returns: the order's number.
    @discardableResult
    func arm(_ point: String, _ action: String, pass: Int) throws -> Int {
        let number = orders.withLock { count in
            count += 1
            return count
        }
        let file = URL(filePath: faults + ".armed")
        try Data("\(number) \(point) \(action) \(pass)".utf8).write(to: file, options: .atomic)
        return number
    }

    func disarm() { try? FileManager.default.removeItem(atPath: faults + ".armed") }

    /// Whether an order was carried out.
    func hasFired(_ order: Int) -> Bool {
        let text = (try? String(contentsOfFile: faults + ".fired", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").contains { $0.hasPrefix("\(order) ") }
    }

    /// How much is under way in it: batches, outbox reads, sends, timers. Exact only while it stands still.
    var inFlight: [Int] {
        guard let data = FileManager.default.contents(atPath: faults + ".flight"), data.count == 32 else {
            return [0, 0, 0, 0]
        }
        return (0..<4).map { index in
            data.subdata(in: index * 8..<index * 8 + 8).withUnsafeBytes { Int($0.loadUnaligned(as: Int64.self)) }
        }
    }

    var lastWords: String {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }

    func logMentions(_ text: String) -> Bool {
        ((try? String(contentsOf: log, encoding: .utf8)) ?? "").contains(text)
    }
}

/// Waits until a condition holds.
///
/// - Returns: whether it came to hold within the limit.
func waits(_ limit: Duration, _ condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        // Nothing tells us when it comes true.
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}

/// What a scenario found broken.
struct Broken: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
