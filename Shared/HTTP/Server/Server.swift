/// An HTTP/1.1 server on libmicrohttpd with handlers that are `async` functions.
///
/// ```swift
/// let server = try Server.start(Router([Route(.get, "/hello") { _ in .text(.ok, "Hello") }]), settings)
/// await server.stop(grace: .seconds(10))
/// ```
///
/// No TLS and no HTTP/2: a proxy in front speaks those.
public final class Server: Sendable {
    /// Why a server does not listen, and what to look at.
    public struct StartError: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// The one listened on, also where the settings said 0.
    public let port: UInt16
    private let core: ServerCore
    private let sweeper: Sweeper

    /// Listens, and answers from now on.
    ///
    /// - Throws: `StartError`.
    public static func start(_ router: Router, _ settings: Settings = Settings()) throws(StartError) -> Server {
        try Server(router, settings)
    }

    private init(_ router: Router, _ settings: Settings) throws(StartError) {
        let listener = try ListeningSocket(host: settings.host, port: settings.port)
        port = listener.port
        core = ServerCore(settings, router)
        sweeper = try Sweeper(core, consume listener)
    }

    /// Without a `stop` before: now, and without grace.
    deinit { sweeper.requestStop(grace: .zero) }

    /// Connections open now.
    public var connections: Int { core.openConnections }

    /// Takes no new connection, lets what is under way finish for `grace`, then cuts it.
    ///
    /// Returns once the last thread of the server has let go of it. A second call waits with the first.
    public func stop(grace: Duration) async { await sweeper.stop(grace: grace) }
}
