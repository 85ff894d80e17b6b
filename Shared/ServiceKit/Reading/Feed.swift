import HTTPServer
public import Postgres
public import Telemetry
import Threads

/// Follows a table as it grows, once for everybody who listens in this process: one query for each change, however many
/// streams there are, and none while there is none.
///
/// Rows have the number of their transaction and one of their own; they are read in that order, and only once every older
/// transaction is over, so that none is ever passed by: a number alone may be committed after a higher one.
///
/// The last few thousand are kept in memory, and nothing else is: no listener has a queue. One who is slower than that reads
/// from the database again, in its own time and a few at a time; a client that takes nothing at all costs its slot until the
/// server's write time-out.
public final class Feed<Item: Sendable>: Sendable {
    /// Where a row stands in the order.
    public struct Position: Sendable, Hashable, Comparable, LosslessStringConvertible {
        public let transaction: Int64
        public let number: Int64

        public init(transaction: Int64, number: Int64) {
            self.transaction = transaction
            self.number = number
        }

        public static var start: Position { Position(transaction: 0, number: 0) }

        public init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let transaction = Int64(parts[0]), let number = Int64(parts[1]), transaction >= 0,
                number >= 0
            else { return nil }
            self.init(transaction: transaction, number: number)
        }

        public var description: String { "\(transaction)-\(number)" }

        public static func < (left: Position, right: Position) -> Bool {
            (left.transaction, left.number) < (right.transaction, right.number)
        }
    }

    public struct Entry: Sendable {
        public let position: Position
        public let item: Item

        public init(_ position: Position, _ item: Item) {
            self.position = position
            self.item = item
        }
    }

    /// How the table is read; each blocks the thread that it is called on.
    public struct Source: Sendable {
        /// At most `limit` entries after a position, in order, of transactions older than every one that runs.
        public let read: @Sendable (inout Session, _ after: Position, _ limit: Int) throws -> [Entry]
        /// The position of the last such entry.
        public let end: @Sendable (inout Session) throws -> Position

        public init(
            read: @escaping @Sendable (inout Session, _ after: Position, _ limit: Int) throws -> [Entry],
            end: @escaping @Sendable (inout Session) throws -> Position
        ) {
            self.read = read
            self.end = end
        }
    }

    public struct Limits: Sendable {
        /// Entries that are kept in memory.
        public var kept = 4_096
        /// Streams of one person; more are answered 429.
        public var streamsPerPerson = 4
        /// Listeners that read from the database at the same time, so that a crowd that comes back leaves connections to
        /// others.
        public var readers = 2
        /// After it a stream ends, and its client comes back and is asked again who she is.
        public var age = Duration.seconds(15 * 60)

        public init() {}
    }

    struct State {
        var kept: [Entry] = []
        /// What lies after this is in `kept`; nil while nobody follows the table.
        var start: Position?
        var end = Position.start
        var streams: [String: Int] = [:]
        var reads = 0
    }

    let limits: Limits
    let pool: PostgresPool
    let gate: Gate
    private let source: Source
    private let changes: Bell
    private let news = Bell()
    let state = Lock(State())

    /// - Parameter changes: rings when there may be something new.
    public init(_ pool: PostgresPool, _ source: Source, changes: Bell, limits: Limits = Limits()) {
        self.pool = pool
        self.source = source
        self.changes = changes
        self.limits = limits
        gate = Gate(places: limits.readers)
    }

    // MARK: Following

    /// Follows the table until the task is cancelled.
    public func run(_ log: Logger) async {
        // Others' transactions may end a little after the one that rang.
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    self.changes.ring()
                }
            }
            var retries = Retries(first: .milliseconds(100))
            for await _ in changes.rings() {
                do {
                    try await follow()
                    try await Task.sleep(for: .milliseconds(20))
                    try await follow()
                    retries.succeeded()
                } catch is CancellationError {
                    break
                } catch {
                    log.debug("changes cannot be followed now", metadata: [.error: "\(error)"])
                    try? await Task.sleep(for: retries.failed())
                }
            }
            group.cancelAll()
        }
    }

    /// Reads what is new, if anybody listens.
    func follow() async throws {
        let (isWanted, start) = state.withLock { (!$0.streams.isEmpty, $0.start) }
        guard isWanted else {
            return state.withLock { state in
                state.start = nil
                state.kept = []
            }
        }
        guard start != nil else {
            let end = try await pool.run { [source] session in try source.end(&session) }
            state.withLock { state in
                state.start = end
                state.end = end
                state.kept = []
            }
            return news.ring()
        }
        while true {
            let after = state.withLock { $0.end }
            let page = 1_000
            let entries = try await pool.run { [source] session in try source.read(&session, after, page) }
            state.withLock { state in
                state.reads += 1
                state.kept += entries
                if let last = entries.last { state.end = last.position }
                let surplus = state.kept.count - limits.kept
                if surplus > 0 {
                    state.start = state.kept[surplus - 1].position
                    state.kept.removeFirst(surplus)
                }
            }
            // Also when there is nothing: streams look at their age.
            news.ring()
            if entries.count < page { return }
        }
    }

    // MARK: Listening

    /// What lies after a position: nil where it is no longer in memory, or not yet.
    func entries(after position: Position) -> ArraySlice<Entry>? {
        state.withLock { state in
            guard let start = state.start, position >= start else { return nil }
            let first = state.kept.partitionIndex { $0.position > position }
            return state.kept[first...]
        }
    }

    /// Everything up to here is in the database for whoever asks from now on; nil until the table is followed.
    var end: Position? { state.withLock { $0.start == nil ? nil : $0.end } }

    func rings() -> AsyncStream<Void> { news.rings() }

    /// Takes one of a person's places.
    ///
    /// - Throws: `Problem` 429 when she has as many streams as are allowed.
    func slot(of person: String) throws(Problem) -> Slot {
        let limit = limits.streamsPerPerson
        let isFree = state.withLock { state in
            guard state.streams[person, default: 0] < limit else { return false }
            state.streams[person, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .overloaded, detail: "There are \(limit) streams of this person already: close one first.",
                headers: ["Retry-After": "5"])
        }
        changes.ring()
        return Slot { [weak self] in
            self?.state.withLock { state in
                state.streams[person, default: 1] -= 1
                if state.streams[person] == 0 { state.streams[person] = nil }
            }
        }
    }

    /// Held by a stream as long as it lives.
    final class Slot: Sendable {
        private let free: @Sendable () -> Void

        init(_ free: @escaping @Sendable () -> Void) { self.free = free }
        deinit { free() }
    }
}

extension Array {
    /// The first index at which a condition holds that holds for everything after it as well.
    fileprivate func partitionIndex(where isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Lets a few in at a time, in the order in which they came.
actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
