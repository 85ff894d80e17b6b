extension Server {
    /// Limits of a server. Each bounds what one stranger, or all of them, can make us hold.
    public struct Settings: Sendable {
        /// An address to listen on: `127.0.0.1`, `0.0.0.0`, `::1`, `::`. Not a name.
        public var host = "127.0.0.1"
        /// 0 takes any free port; read it from `Server.port`.
        public var port: UInt16 = 0
        /// Event loops, each a thread with its own share of the connections.
        public var threads = 2

        /// Above it, new connections wait in the kernel's backlog.
        public var connectionLimit = 1_024
        /// Handlers at work. Above it the answer is 429, to be tried again after a second.
        public var maxInFlight = 256
        /// Bytes of bodies received for requests that are not answered yet. Above it the answer is 429.
        public var bodyMemory = 256 << 20
        /// Streaming answers at once. Above it the answer is 429.
        public var maxStreams = 256

        /// Bytes of the request line's target; above it the answer is 414.
        public var targetLimit = 8_192
        /// Bytes of all header fields; above it the answer is 431.
        public var headerLimit = 16_384

        /// From the connection's opening, or the last answer, until all headers are in. It also bounds how long a
        /// kept-alive connection may idle.
        public var headerTimeout = Duration.seconds(15)
        /// From the headers until the whole body is in.
        public var bodyTimeout = Duration.seconds(30)
        /// From the whole request until the handler's answer; then the handler's task is cancelled and the answer is 504.
        /// A route may have its own.
        public var handlerTimeout = Duration.seconds(30)
        /// From the answer until its last byte is sent; of a stream, until a chunk is sent.
        public var writeTimeout = Duration.seconds(30)

        /// Hears of each request that is over, on an event loop's thread: be quick.
        public var observe: (@Sendable (Observation) -> Void)?
        /// Takes libmicrohttpd's complaints. They may quote a client's bytes: escape before printing.
        public var log: (@Sendable (String) -> Void)?

        public init() {}
    }
}
