public import Contracts

/// What makes a service this one and not another: the rest is the same for all four.
public struct Service<Handler: BatchHandler>: Sendable {
    public let name: ServiceName
    public let handler: Handler
    /// Its topics, the directory left out, which every service but its owner reads.
    public let sources: [Source<Handler.Command>]
    /// The command of a due timer; nil for a kind that the service does not know.
    public let timer: @Sendable (DueTimer) -> Handler.Command?
    public let routes: @Sendable (ServiceContext<Handler>) -> [Endpoint]
    /// Loops of its own, such as a sender's. Each must end soon after it is cancelled.
    public let tasks: [@Sendable (ServiceContext<Handler>) async -> Void]
    /// Told after each commit, of this process or a peer, and each step of the city's time, so that such a loop need not look all the
    /// time. Must be quick.
    public let changed: @Sendable () -> Void
    /// What it clears away in time, besides what every service does.
    public let chores: [Chore]

    public init(
        _ name: ServiceName, handler: Handler, sources: [Source<Handler.Command>],
        timer: @escaping @Sendable (DueTimer) -> Handler.Command? = { _ in nil },
        routes: @escaping @Sendable (ServiceContext<Handler>) -> [Endpoint],
        tasks: [@Sendable (ServiceContext<Handler>) async -> Void] = [], changed: @escaping @Sendable () -> Void = {},
        chores: [Chore] = []
    ) {
        self.name = name
        self.handler = handler
        self.sources = sources
        self.timer = timer
        self.routes = routes
        self.tasks = tasks
        self.changed = changed
        self.chores = chores
        // The tools that wait for a city to rest, and those that prove what was taken, go by the table.
        precondition(
            Set(allSources.map(\.topic)) == Set(name.consumed),
            "the sources of \(name) are not the topics that Contracts says it consumes")
    }

    /// The sources of every topic that it consumes.
    var allSources: [Source<Handler.Command>] {
        name.consumed.contains(.directory) ? sources + [Source(.directory, from: .service, [])] : sources
    }
}
