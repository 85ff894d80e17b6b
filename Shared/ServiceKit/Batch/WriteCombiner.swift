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
        let answer: CheckedContinuation<[Receipt], any Error>
    }

    private struct Queue {
        var waiting: [Submission] = []
        var isClosed = false
    }

    /// Of a group, in inputs; one submission is never split.
    private let groupLimit = 500
    /// Above it new submissions are turned away: the caller answers 429.
    private let waitingLimit = 20_000

    private let committer: Committer<Handler>
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
        try await withCheckedThrowingContinuation { continuation in
            let refusal = queue.withLock { queue -> WriteRefused? in
                if queue.isClosed { return .stopping }
                if queue.waiting.reduce(0, { $0 + $1.inputs.count }) + inputs.count > waitingLimit {
                    return .overloaded
                }
                queue.waiting.append(Submission(inputs: inputs, answer: continuation))
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { arrived.yield() }
        }
    }

    /// Commits groups until `close`, and then what still waits.
    func run() async {
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
            let receipts = try await commit(group.flatMap(\.inputs))
            var start = 0
            for submission in group {
                submission.answer.resume(returning: Array(receipts[start..<start + submission.inputs.count]))
                start += submission.inputs.count
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
    private func commit(_ inputs: [Input<Command>]) async throws -> [Receipt] {
        let right = Committer<Handler>.Right.marker(.v7(at: MachineClock.now()))
        let deadline = ContinuousClock.now + .seconds(5)
        var retries = Retries(first: .milliseconds(2), limit: .milliseconds(500))
        let sent = SentReceipts()
        while true {
            do {
                return try await committer.attempt(
                    inputs, .init(), right, slot: slot, publishesReceipts: false, refusesEarly: true, sent: sent)
            } catch let error as PostgresError {
                if error.sqlState != .decisionStale, try await isCommitted(right, after: error),
                    let receipts = sent.last
                {
                    return receipts
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
}

/// The receipts of the last attempt that was sent to the server: they are the answer if it turns out to have held.
final class SentReceipts: Sendable {
    private let receipts = Lock<[Receipt]?>(nil)
    var last: [Receipt]? { receipts.withLock { $0 } }
    func set(_ new: [Receipt]) { receipts.withLock { $0 = new } }
}
