public import Contracts
import Failpoints
import Postgres
import Telemetry
import Threads

/// Commits together what comes in over HTTP within the same few milliseconds, each with an answer of its own.
///
/// While one group is being committed the next one gathers: under load groups grow and commits stay few, and a lone
/// request waits for nobody.
public final class WriteCombiner<Handler: BatchHandler>: Sendable {
    public typealias Command = Handler.Command

    private struct Submission: Sendable {
        let inputs: [Input<Command>]
        var keyed: Keyed?
        let answer: CheckedContinuation<(receipts: [Receipt], outcome: KeyedOutcome?), any Error>
    }

    private struct Keyed: Sendable {
        let key: IdempotencyKey
        let answer: @Sendable ([Receipt]) throws -> KeyedAnswer
    }

    private struct Queue {
        var waiting: [Submission] = []
        /// Keys of requests that are not answered yet.
        var underWay: Set<IdempotencyKey.Name> = []
        var isClosed = false
        /// Nothing can be written yet: see `hold`.
        var isHeld = false
    }

    /// Of a group, in inputs; one submission is never split.
    private let groupLimit = 500
    /// Above it new submissions are turned away: the caller answers 429.
    private let waitingLimit = 20_000

    private let committer: Committer<Handler>
    /// What decides about the inputs.
    public var handler: Handler { committer.handler }
    private let slot: Int32
    private let log: Logger
    private let queue = Lock(Queue())
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(_ committer: Committer<Handler>, slot: Int32, log: Logger) {
        self.committer = committer
        self.slot = slot
        self.log = log
        (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns once the inputs are committed.
    ///
    /// - Throws: `WriteRefused` when too much waits or the service stops; `PostgresError` when the database stays away.
    public func submit(_ inputs: [Input<Command>]) async throws -> [Receipt] {
        try await submit(inputs, nil).receipts
    }

    /// The same for a request with a key: its answer is committed with its effects, or it was and nothing happens.
    ///
    /// Where another replica has the same request under way, this waits for that one's commit and gives its answer.
    ///
    /// - Parameter answer: what is answered to the receipts; may be made again.
    /// - Throws: also `WriteRefused.underWay` when this replica has the same request under way.
    func submit(
        _ inputs: [Input<Command>], under key: IdempotencyKey,
        answer: @escaping @Sendable ([Receipt]) throws -> KeyedAnswer
    ) async throws -> KeyedOutcome {
        guard queue.withLock({ $0.underWay.insert(key.name).inserted }) else { throw WriteRefused.underWay }
        defer { queue.withLock { _ = $0.underWay.remove(key.name) } }
        return try await submit(inputs, Keyed(key: key, answer: answer)).outcome ?? .otherRequest
    }

    private func submit(
        _ inputs: [Input<Command>], _ keyed: Keyed?
    ) async throws -> (receipts: [Receipt], outcome: KeyedOutcome?) {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = queue.withLock { queue -> WriteRefused? in
                if queue.isClosed { return .stopping }
                if queue.isHeld { return .tooEarly }
                if queue.waiting.reduce(0, { $0 + $1.inputs.count }) + inputs.count > waitingLimit {
                    return .overloaded
                }
                queue.waiting.append(Submission(inputs: inputs, keyed: keyed, answer: continuation))
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { arrived.yield() }
        }
    }

    /// Turns submissions away until it runs: while there is no schema to write to, whoever asks is not to wait.
    func hold() { queue.withLock { $0.isHeld = true } }

    /// Commits groups until `close`, and then what still waits.
    func run() async {
        queue.withLock { $0.isHeld = false }
        for await _ in arrivals {
            while let group = takeGroup() { await commit(group) }
        }
        while let group = takeGroup() { await commit(group) }
    }

    func close() {
        queue.withLock { $0.isClosed = true }
        arrived.finish()
    }

    private func takeGroup() -> [Submission]? {
        queue.withLock { queue in
            var size = 0
            let group = queue.waiting.prefix { submission in
                defer { size += submission.inputs.count }
                return size == 0 || size + submission.inputs.count <= groupLimit
            }
            queue.waiting.removeFirst(group.count)
            return group.isEmpty ? nil : Array(group)
        }
    }

    private func commit(_ group: [Submission]) async {
        do {
            var keyed: [KeyedRequest] = []
            var start = 0
            for submission in group {
                let own = start..<start + submission.inputs.count
                start = own.upperBound
                guard let request = submission.keyed else { continue }
                keyed.append(KeyedRequest(key: request.key, inputs: own, answer: request.answer))
            }
            let committed = try await commit(group.flatMap(\.inputs), keyed)
            var receipts = committed.receipts[...]
            var outcomes = committed.keyed.makeIterator()
            for submission in group {
                let own = Array(receipts.prefix(submission.inputs.count))
                receipts = receipts.dropFirst(own.count)
                submission.answer.resume(returning: (own, submission.keyed == nil ? nil : outcomes.next()))
            }
        } catch {
            // One bad submission must not take the others with it.
            guard group.count > 1, (error as? PostgresError)?.isRetryable == false else {
                log.error("a group of writes was not committed", metadata: [.error: "\(error)"])
                return group.forEach { $0.answer.resume(throwing: error) }
            }
            for submission in group { await commit([submission]) }
        }
    }

    /// Tries for a few seconds, since whoever asked is waiting; a time-out of theirs is answered by the same ids again.
    private func commit(_ inputs: [Input<Command>], _ keyed: [KeyedRequest]) async throws -> Committed {
        let right = Committer<Handler>.Right.marker(.v7(at: MachineClock.now()))
        let deadline = ContinuousClock.now + .seconds(5)
        var retries = Retries(first: .milliseconds(2), limit: .milliseconds(500))
        let sent = SentAnswers()
        var extras = BatchPlan<Handler>.Extras()
        extras.keyed = keyed
        while true {
            let unresolved = sent.count
            do {
                return try await committer.commit(
                    inputs, extras, right, slot: slot, publishesReceipts: false, refusesEarly: true, sent: sent)
            } catch let error as PostgresError {
                if error.reason == .server { sent.keep(unresolved) }
                if error.sqlState != .decisionStale, try await isCommitted(right, after: error),
                    let committed = sent.first
                {
                    return committed
                }
                guard error.sqlState == .decisionStale || error.isRetryable, ContinuousClock.now < deadline else {
                    throw error
                }
                try await Task.sleep(for: retries.failed())
            }
        }
    }

    private func isCommitted(_ right: Committer<Handler>.Right, after error: PostgresError) async throws -> Bool {
        // A marker that is there twice was written by a commit whose reply got lost.
        guard !Guard.replyResolution.isOff, error.isRetryable || error.sqlState == .uniqueViolation else {
            return false
        }
        return (try? await committer.isCommitted(right)) ?? false
    }
}

/// Why a write was not even tried.
public enum WriteRefused: Error, Sendable {
    case overloaded
    case stopping
    /// The database has not been there since the service started.
    case tooEarly
    /// A request with the same `Idempotency-Key` is not answered yet.
    case underWay
}

/// The answers of the attempts that were sent to the server and whose outcome nobody knows: that of the first is the answer if
/// it turns out that one of them held. A later one would find the inputs known, and say so to a caller who sent them once.
final class SentAnswers: Sendable {
    private let unresolved = Lock<[Committed]>([])
    var first: Committed? { unresolved.withLock { $0.first } }
    func add(_ new: Committed) { unresolved.withLock { $0.append(new) } }
    var count: Int { unresolved.withLock { $0.count } }
    /// What was added after so many has failed for certain.
    func keep(_ count: Int) { unresolved.withLock { $0 = Array($0.prefix(count)) } }
}
