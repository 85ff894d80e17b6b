public import HTTPServer
public import Postgres

/// What one listener gets of a feed: from where she left off, in order, each once.
///
/// First it reads from the database what she missed; then it takes what comes from the feed's memory. `Key` is what she names
/// when she comes back: the position itself, or a number of her own.
public struct FeedStream<Item: Sendable, Key: Comparable & Sendable>: AsyncSequence, Sendable {
    public typealias Failure = Never

    /// How one listener looks at a feed.
    public struct Listener: Sendable {
        let person: String
        let after: Key
        let key: @Sendable (Feed<Item>.Entry) -> Key
        let isHers: @Sendable (Item) -> Bool
        let missed:
            @Sendable (inout Session, _ after: Key, _ limit: Int) throws -> (entries: [(Key, Item)], reached: Key)
        let event: @Sendable (Key, Item) -> ServerSentEvent?

        /// - Parameters:
        ///   - person: whose stream it is, for the limit of each.
        ///   - after: where she left off.
        ///   - key: what an entry is called when she comes back.
        ///   - isHers: whether it is for her to see.
        ///   - missed: what of hers lies after a key, from the database: at most `limit`, and how far that went; nothing at
        ///     all is left when it goes no further.
        ///   - event: as it is sent; nil for what isn't.
        public init(
            person: String, after: Key, key: @escaping @Sendable (Feed<Item>.Entry) -> Key,
            isHers: @escaping @Sendable (Item) -> Bool,
            missed:
                @escaping @Sendable (inout Session, _ after: Key, _ limit: Int) throws -> (
                    entries: [(Key, Item)], reached: Key
                ),
            event: @escaping @Sendable (Key, Item) -> ServerSentEvent?
        ) {
            self.person = person
            self.after = after
            self.key = key
            self.isHers = isHers
            self.missed = missed
            self.event = event
        }
    }

    private let feed: Feed<Item>
    private let listener: Listener
    private let slot: Feed<Item>.Slot

    /// - Throws: `Problem` 429 when she has too many streams.
    public init(_ feed: Feed<Item>, _ listener: Listener) throws(Problem) {
        self.feed = feed
        self.listener = listener
        slot = try feed.slot(of: listener.person)
    }

    public func makeAsyncIterator() -> Iterator { Iterator(feed, listener, slot) }

    public struct Iterator: AsyncIteratorProtocol {
        public typealias Failure = Never

        private let feed: Feed<Item>
        private let listener: Listener
        private let slot: Feed<Item>.Slot
        private var rings: AsyncStream<Void>.Iterator
        private var last: Key
        /// Up to where in the feed's memory she has looked; nil while she reads from the database.
        private var live: Feed<Item>.Position?
        private var ready: [(Key, Item)] = []
        private let ends: ContinuousClock.Instant

        private static var page: Int { 100 }

        init(_ feed: Feed<Item>, _ listener: Listener, _ slot: Feed<Item>.Slot) {
            self.feed = feed
            self.listener = listener
            self.slot = slot
            rings = feed.rings().makeAsyncIterator()
            last = listener.after
            ends = .now + feed.limits.age
        }

        public mutating func next() async -> ServerSentEvent? { await next(isolation: nil) }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> ServerSentEvent? {
            while !Task.isCancelled, ContinuousClock.now < ends {
                while !ready.isEmpty {
                    let (key, item) = ready.removeFirst()
                    last = Swift.max(last, key)
                    if let event = listener.event(key, item) { return event }
                }
                if let live {
                    if !take(after: live), await rings.next(isolation: actor) == nil { return nil }
                } else if let end = feed.end, let missed = await Self.missed(feed, listener, last) {
                    ready = missed.entries
                    if missed.reached > last { last = missed.reached } else { live = end }
                } else if await rings.next(isolation: actor) == nil {
                    // The database is away, or the feed has not begun: the next ring tries again.
                    return nil
                }
            }
            return nil
        }

        /// - Returns: whether there was anything to look at.
        private mutating func take(after position: Feed<Item>.Position) -> Bool {
            guard let entries = feed.entries(after: position) else {
                live = nil
                return true
            }
            guard !entries.isEmpty else { return false }
            // Not all at once: a listener may be slow.
            let part = entries.prefix(Self.page)
            live = part.last?.position
            for entry in part {
                let key = listener.key(entry)
                if key > last, listener.isHers(entry.item) { ready.append((key, entry.item)) }
            }
            return true
        }

        private static func missed(
            _ feed: Feed<Item>, _ listener: Listener, _ last: Key
        ) async -> (entries: [(Key, Item)], reached: Key)? {
            await feed.gate.enter()
            let missed = try? await feed.pool.run { session in try listener.missed(&session, last, page) }
            await feed.gate.leave()
            return missed
        }
    }
}
