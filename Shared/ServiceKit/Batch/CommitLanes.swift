import Threads

/// The lanes through which the batches of a replica's partitions are committed: batches that wait for a lane are committed
/// together.
///
/// While there is little to do, each batch finds the lane free and goes at once. Under load many small batches become few
/// larger transactions: a transaction costs much the same for one record as for a hundred, and a city's findings are spread
/// over all partitions.
final class CommitLanes<Handler: BatchHandler>: Sendable {
    typealias Work = BatchWork<Handler.Command>

    private enum Turn: Sendable {
        /// To commit these, of which the first is one's own.
        case lead([Submission])
        case ended(Result<Void, any Error>)
    }

    private struct Submission: Sendable {
        let work: Work
        let turn: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var waiting: [Submission] = []
        var busy = 0
    }

    /// A second lane is opened for full groups only: it keeps the server at work while this process decides, and would
    /// only halve the groups that are not full.
    private let limit = 2
    /// Of records that are committed together, unless one batch alone has more.
    private let recordLimit = 500
    private let committer: Committer<Handler>
    private let state = Lock(State())

    init(_ committer: Committer<Handler>) { self.committer = committer }

    /// How many batches wait for a lane.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Makes one attempt at a batch, on its own or with others.
    ///
    /// - Throws: `CommittedApart` when an attempt with others failed: whose fault it was shows when each is tried alone. Else
    ///   what the committer throws.
    func attempt(_ work: Work) async throws {
        let turn = await withCheckedContinuation { continuation in
            let submission = Submission(work: work, turn: continuation)
            let group = state.withLock { state -> [Submission] in
                state.waiting.append(submission)
                let size = state.waiting.reduce(0) { $0 + $1.work.arrivals.count }
                guard state.busy == 0 || state.busy < limit && size >= recordLimit else { return [] }
                state.busy += 1
                return takeGroup(&state)
            }
            group.first?.turn.resume(returning: .lead(group))
        }
        switch turn {
        case .ended(let result): try result.get()
        case .lead(let group): try await lead(group)
        }
    }

    private func lead(_ group: [Submission]) async throws {
        let result: Result<Void, any Error>
        do {
            try await committer.attempt(group.map(\.work))
            result = .success(())
        } catch {
            result = .failure(group.count > 1 ? CommittedApart() : error)
        }
        passOn()
        for submission in group.dropFirst() { submission.turn.resume(returning: .ended(result)) }
        try result.get()
    }

    /// Gives the lane to those who wait, led by the first of them.
    private func passOn() {
        let group = state.withLock { state -> [Submission] in
            if state.waiting.isEmpty { state.busy -= 1 }
            return takeGroup(&state)
        }
        group.first?.turn.resume(returning: .lead(group))
    }

    private func takeGroup(_ state: inout State) -> [Submission] {
        guard let first = state.waiting.first else { return [] }
        var size = 0
        var group: [Submission] = []
        state.waiting.removeAll { submission in
            guard submission.work.publishesReceipts == first.work.publishesReceipts,
                group.isEmpty || size + submission.work.arrivals.count <= recordLimit
            else { return false }
            size += submission.work.arrivals.count
            group.append(submission)
            return true
        }
        return group
    }
}

/// The batches that were tried together have to be tried one by one.
struct CommittedApart: Error {}

extension Committer {
    /// Makes one attempt at batches of different partitions, as one transaction.
    fileprivate func attempt(_ works: [BatchWork<Command>]) async throws {
        guard let first = works.first else { return }
        var extras = BatchPlan<Handler>.Extras()
        for work in works {
            let more = work.extras(for: Handler.self)
            extras.directory += more.directory
            extras.dead += more.dead
        }
        _ = try await attempt(
            works.flatMap(\.inputs), extras, .fences(works.map(\.fence)), slot: first.partition.partition,
            publishesReceipts: first.publishesReceipts, refusesEarly: false)
    }
}
