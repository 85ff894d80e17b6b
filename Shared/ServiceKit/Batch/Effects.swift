public import Contracts
public import Postgres

/// What a batch wants written, in one transaction or not at all.
///
/// A decision rests on rows that were read before; each request proves by `expect_rows` that they still are as they
/// were, so that effects and events can be made in Swift and still stand or fall together. Lock order: the service's own
/// rows in the order of their keys, timers, outbox, counters.
public struct Effects: Sendable {
    /// The service's own statements, in lock order.
    public private(set) var requests: [Request] = []
    private(set) var timers = TimerChanges()
    private(set) var messages: [OutboxMessage] = []
    /// What of the messages inputs caused, for the tokens of their receipts.
    private(set) var events: [PublishedEvent] = []

    public init() {}

    public mutating func run(_ statement: Statement, _ parameters: Parameters) {
        requests.append(Request(statement, parameters))
    }

    public mutating func run(_ request: Request) { requests.append(request) }

    /// Publishes an event once the transaction is committed.
    ///
    /// - Returns: its data as they are published, for a service that keeps them too.
    @discardableResult
    public mutating func publish(_ event: Event<some EventPayload>) throws -> [UInt8] {
        let data = try EventJSON.encode(event.payload)
        messages.append(OutboxMessage(event, data: data))
        events.append(PublishedEvent(event))
        return data
    }

    mutating func publish(_ message: OutboxMessage) { messages.append(message) }

    public mutating func set(_ timer: DueTimer) { timers.set(timer) }

    /// Cancels a timer, whether it is there or not.
    public mutating func cancel(_ key: DueTimer.Key) { timers.cancel(key) }

    mutating func consume(_ timer: DueTimer) { timers.consume(timer) }
}

/// Decides what a batch of fresh inputs does.
///
/// `decide` loads what the inputs need with one query, asks the domain's pure functions, and returns effects. It may be
/// called again with the same inputs when what it read has changed meanwhile.
public protocol BatchHandler<Command>: Sendable {
    associatedtype Command: Sendable

    /// How many of the timers that are due, the longest due first, are enough for one batch: all of them, where nothing else is said.
    ///
    /// A batch holds all that its timers are about until it is committed. Where that may be much for each of them, whoever loads it
    /// says when it is enough; the others are taken by the next batch, at once. One is always taken, however much it is.
    ///
    /// - Parameter due: at least one.
    func portion(of due: [DueTimer], in session: inout Session) throws -> Int

    /// - Returns: a verdict for each input, in order.
    func decide(
        _ inputs: [Input<Command>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict]
}

extension BatchHandler {
    public func portion(of due: [DueTimer], in session: inout Session) throws -> Int { due.count }
}
