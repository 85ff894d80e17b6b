import Foundation

/// How long processes of a kind have run on a processor, as /proc tells.
struct ProcessorTime {
    private enum Kind: String, CaseIterable { case intake, postgres = "Postgres", broker, benchmark, rest = "all else" }

    private var seconds: [Kind: Double] = [:]

    static func now() -> ProcessorTime {
        var time = ProcessorTime()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(name) != nil {
            guard let line = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = line.lastIndex(of: ")"), let start = line.firstIndex(of: "(")
            else { continue }
            // After the name in brackets: utime and stime are the 14th and 15th of all, cutime and cstime of those who ended.
            let fields = line[line.index(end, offsetBy: 2)...].split(separator: " ")
            // A zombie is counted no more, or its time would be missed once it is reaped.
            guard fields.count > 14, fields[0] != "Z", let user = Double(fields[11]), let system = Double(fields[12])
            else { continue }
            time.seconds[kind(of: line[line.index(after: start)..<end]), default: 0] += (user + system) / ticks
        }
        return time
    }

    private static func kind(of name: Substring) -> Kind {
        switch name {
        case "muster-intake": .intake
        case "postgres": .postgres
        case "java": .broker
        case "city-benchmark": .benchmark
        default: .rest
        }
    }

    func since(_ former: ProcessorTime) -> ProcessorTime {
        var spent = ProcessorTime()
        // What has ended meanwhile has taken its time with it.
        for kind in Kind.allCases { spent.seconds[kind] = max(0, (seconds[kind] ?? 0) - (former.seconds[kind] ?? 0)) }
        return spent
    }

    /// What each kind took for one of so many, and how busy all processors were.
    func text(each count: Int, in time: Duration) -> String {
        let parts = Kind.allCases.map { kind in
            kind.rawValue + String(format: " %.0f µs", (seconds[kind] ?? 0) / Double(count) * 1e6)
        }
        let busy = seconds.values.reduce(0, +) / (time / .seconds(1)) / Double(ProcessInfo.processInfo.processorCount)
        return parts.joined(separator: ", ") + String(format: " for each; processors busy to %.0f %%", busy * 100)
    }
}
