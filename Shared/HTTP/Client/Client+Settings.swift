extension Client {
    public struct Settings: Sendable {
        public var addresses = AddressPolicy.any
        /// Most bytes of an answer's body; above it the transfer fails.
        public var bodyLimit = 1 << 20
        /// Most bytes of an answer's header fields; above it the transfer fails.
        public var headerLimit = 65_536
        /// Above it, requests wait for a connection to the same host. Waiting counts against their timeout.
        public var connectionsPerHost = 32
        /// From looking the name up until the connection, TLS included, stands.
        public var connectTimeout = Duration.seconds(5)
        /// A PEM file with the authorities to trust in place of the system's.
        public var authorities: String?

        public init() {}
    }
}
