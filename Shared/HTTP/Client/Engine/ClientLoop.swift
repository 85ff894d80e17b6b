import CCurl
import CCurlShims
import Threads

/// The thread that owns the multi handle, and the only door to it: commands put in by any task.
final class ClientLoop: Sendable {
    enum Command: Sendable {
        case start(Order)
        case cancel(Order)
        case close
    }

    private struct State {
        var commands: [Command] = []
        /// Once true, the handle may go at any moment.
        var isClosed = false
        var hasEnded = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())
    /// The multi handle, as an address: pointers are not Sendable. Other threads only wake it, under the lock and before
    /// `isClosed`; all else is the thread's.
    private let multi: UInt

    init(_ settings: Client.Settings) throws(ClientError) {
        // Not thread-safe before the first call has returned, so made once by Swift's lazy global.
        guard curlIsReady, let multi = unsafe curl_multi_init() else {
            throw ClientError(.other, "libcurl does not start: no memory, or no file descriptor left", wasSent: false)
        }
        self.multi = UInt(bitPattern: multi)
        _ = unsafe curlshim_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
        // Nothing joins it: the last reference to a client may be dropped where nobody can wait.
        SystemThread(name: "http-client") { [self] in run(settings) }.detach()
    }

    /// False once closed.
    func submit(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            if case .close = command { state.isClosed = true }
            // The thread takes all there is at once: one wake-up per batch is enough.
            if state.commands.count == 1 { unsafe curl_multi_wakeup(pointer) }
            return true
        }
    }

    func requestClose() { _ = submit(.close) }

    func close() async {
        requestClose()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: The thread

    private var pointer: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: multi) }

    private func run(_ settings: Client.Settings) {
        var transfers = Transfers(multi, settings)
        var isOpen = true
        while isOpen {
            for command in takeCommands() {
                switch command {
                case .start(let order): transfers.start(order)
                case .cancel(let order): transfers.cancel(order)
                case .close: isOpen = false
                }
            }
            guard isOpen else { break }
            var running: Int32 = 0
            unsafe curl_multi_perform(pointer, &running)
            transfers.finish()
            unsafe curl_multi_poll(pointer, nil, 0, 60_000, nil)
        }
        transfers.close()
        unsafe curl_multi_cleanup(pointer)
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }
}

private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
