import Glibc

extension Metrics {
    /// What every Prometheus client tells of its process, under the names that dashboards expect
    /// (prometheus.io/docs/instrumenting/writing_clientlibs, process metrics).
    public func registerProcess() {
        counter("process_cpu_seconds", help: "User and system CPU time spent, in seconds.") {
            ProcessStatistics.cpuSeconds
        }
        gauge("process_resident_memory_bytes", help: "Resident memory size in bytes.") {
            ProcessStatistics.residentBytes
        }
        gauge("process_open_fds", help: "Number of open file descriptors.") {
            ProcessStatistics.openDescriptors
        }
        gauge("process_max_fds", help: "Maximum number of open file descriptors.") {
            ProcessStatistics.maximumDescriptors
        }
        let start = ProcessStatistics.startSeconds
        gauge("process_start_time_seconds", help: "Start time of the process since the Unix epoch, in seconds.") {
            start
        }
    }
}

/// Read from the kernel; `nan` where it does not say.
enum ProcessStatistics {
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static var residentBytes: Double {
        // statm (proc(5)): total and resident size, in pages.
        let fields = read("/proc/self/statm").split(separator: " ")
        guard fields.count > 1, let pages = Double(fields[1]) else { return .nan }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static var openDescriptors: Double {
        guard let directory = opendir("/proc/self/fd") else { return .nan }
        defer { closedir(directory) }
        var entries = 0
        while readdir(directory) != nil {
            entries += 1
        }
        // Without `.`, `..` and the descriptor of this very listing.
        return Double(entries - 3)
    }

    static var maximumDescriptors: Double {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .nan }
        return Double(limit.rlim_cur)
    }

    static var startSeconds: Double {
        // stat (proc(5)): the name in parentheses may hold anything; the 22nd field, 20th after it, is the start in
        // clock ticks since the machine came up.
        guard let fields = read("/proc/self/stat").split(separator: ")").last?.split(separator: " "), fields.count > 19,
            let ticks = Double(fields[19]),
            let bootLine = read("/proc/stat").split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(bootLine.dropFirst(6))
        else { return .nan }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
