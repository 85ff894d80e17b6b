import CMicroHTTPDShims
import HTTPMessages
import Synchronization
import Threads

/// One client's socket, and by when it must have come further.
///
/// libmicrohttpd's own timeout only counts silence, so a client that sends a byte now and then holds its connection for
/// ever, and a suspended connection has no timeout at all. These deadlines bound each step as a whole; the sweeper enforces
/// them.
final class Connection: Sendable {
    private struct State {
        /// nil once closed: the kernel gives the number to the next socket.
        var socket: Int32?
        /// Of the request whose headers are coming in.
        var target: [UInt8] = []
        var exchange: Exchange?
    }

    private let deadline: Atomic<UInt64>
    private let clock: CoarseClock
    private let state: Lock<State>

    init(socket: Int32, clock: CoarseClock, within limit: Duration) {
        self.clock = clock
        deadline = Atomic(clock.deadline(in: limit))
        state = Lock(State(socket: socket))
    }

    /// Sets the time for the next step; nil for none.
    func expect(within limit: Duration?) {
        deadline.store(limit.map(clock.deadline(in:)) ?? .max, ordering: .relaxed)
    }

    /// Whether a request is being answered on it.
    var isBusy: Bool { state.withLock { $0.exchange != nil } }

    func received(target: [UInt8]) { state.withLock { $0.target = target } }

    func takeTarget() -> [UInt8] {
        state.withLock { state in
            defer { state.target = [] }
            return state.target
        }
    }

    func began(_ exchange: Exchange) { state.withLock { $0.exchange = exchange } }

    func ended(next limit: Duration) {
        state.withLock { $0.exchange = nil }
        expect(within: limit)
    }

    /// Called before libmicrohttpd closes the socket.
    func closed() {
        state.withLock { $0 = State() }
    }

    /// Enforces the deadline, and finds clients that left while nobody was looking.
    func sweep(writeTimeout: Duration) {
        let isLate = deadline.load(ordering: .relaxed) <= clock.now
        state.withLock { state in
            guard let socket = state.socket else { return }
            if let exchange = state.exchange, exchange.isParked, httpd_peer_has_left(socket) != 0 {
                _ = exchange.expire(Response(status: .clientLeft))
                exchange.endStream()
            }
            state.exchange?.beat()
            guard isLate else { return }
            if state.exchange?.expire(Problem.timedOut.response) == true {
                expect(within: writeTimeout)
            } else {
                // Not close: the socket is libmicrohttpd's, which sees the end of it and cleans up.
                httpd_shutdown(socket)
            }
        }
    }

    func endStream() {
        let exchange = state.withLock { $0.exchange }
        exchange?.endStream()
    }

    /// Answers what is under way with 503.
    func expire() {
        let exchange = state.withLock { $0.exchange }
        _ = exchange?.expire(Problem.shuttingDown.response)
        exchange?.endStream()
    }

    /// Cuts what is still being read or sent.
    func abort() {
        expire()
        state.withLock { state in
            guard let socket = state.socket, state.exchange != nil else { return }
            httpd_shutdown(socket)
        }
    }
}
