import Threads
import CCurl
import CCurlShims
import Glibc
import Synchronization

/// The thread that owns the multi handle, and the only door to it: commands put in by any task.
final class ClientLoop: Sendable {
    enum Command: Sendable {
        case start(Order)
        case cancel(Order)
        case close
    }

    private let commands = Lock<[Command]>([])
    /// The multi handle, as an address: pointers are not Sendable. Other threads only wake it.
    private let multi: UInt
    private let isClosed = Atomic<Bool>(false)
    private let thread = Lock<pthread_t?>(nil)

    init(_ settings: HTTPClient.Settings) throws {
        // Not thread-safe before the first call has returned, so made once by Swift's lazy global.
        guard curlIsReady, let multi = curl_multi_init() else { throw ClientError(.other, "libcurl does not start") }
        self.multi = UInt(bitPattern: multi)
        _ = curlshim_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        startThread(settings)
    }

    func submit(_ command: Command) {
        let isFirst = commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        // The thread takes all there is at once: one wake-up per batch is enough.
        if isFirst { curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: multi)) }
    }

    func close() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        submit(.close)
        pthread_join(thread, nil)
        curl_multi_cleanup(UnsafeMutableRawPointer(bitPattern: multi))
    }

    // MARK: The thread

    private func startThread(_ settings: HTTPClient.Settings) {
        final class Start: Sendable {
            let loop: ClientLoop
            let settings: HTTPClient.Settings
            init(_ loop: ClientLoop, _ settings: HTTPClient.Settings) { (self.loop, self.settings) = (loop, settings) }
        }
        var id = pthread_t()
        let start = Unmanaged.passRetained(Start(self, settings)).toOpaque()
        let code = pthread_create(&id, nil, { start in
            let start = Unmanaged<Start>.fromOpaque(start!).takeRetainedValue()
            start.loop.run(start.settings)
            return nil
        }, start)
        precondition(code == 0, "pthread_create: \(String(cString: strerror(code)))")
        let created = id
        thread.withLock { $0 = created }
    }

    private func run(_ settings: HTTPClient.Settings) {
        let multi = UnsafeMutableRawPointer(bitPattern: multi)!
        var transfers = Transfers(multi, settings)
        while true {
            for command in commands.withLock({ exchange(&$0) }) {
                switch command {
                case .start(let order): transfers.start(order)
                case .cancel(let order): transfers.cancel(order)
                case .close: return transfers.cancelAll()
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            transfers.finish()
            curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
    }

    private func exchange(_ commands: inout [Command]) -> [Command] {
        defer { commands = [] }
        return commands
    }
}

private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
