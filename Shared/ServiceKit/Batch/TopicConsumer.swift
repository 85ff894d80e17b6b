import Contracts
import Failpoints
import Kafka
import Postgres
import Telemetry

/// Consumes a service's topics: claims partitions, commits their batches in order, and lets go of them.
///
/// Positions are this service's own rows. Kafka is told afterwards, for displays of lag only.
actor TopicConsumer<Handler: BatchHandler> {
    typealias Command = Handler.Command

    /// What this replica knows of a partition that it holds.
    private struct Claim {
        /// Which of the group's assignments it belongs to: what was begun under an earlier one must not pass for it.
        let assignment: Int
        var epoch: Int64 = 0
        /// No further try is begun: the group wants the partition back.
        var isReleasing = false
    }

    private let consumer: Consumer
    private let committer: Committer<Handler>
    private let lanes: CommitLanes<Handler>
    private let positions: Positions
    private let sources: [String: Source<Command>]
    private let topicPrefix: String
    private let seal: DeadLetterSeal
    /// Nil where there is no directory to read.
    private let gate: DirectoryGate?
    private let readiness: Readiness
    private let log: Logger
    private let metrics: BatchMetrics

    private var claims: [TopicPartition: Claim] = [:]
    private var assignments = 0
    /// How many batches are in hand: two, while one from before the group gave a partition away is still tried.
    private var busy: [TopicPartition: Int] = [:]
    /// How long each partition still waits for what the directory may bring.
    private var patience: [TopicPartition: Patience] = [:]
    /// Nothing that failed is tried again.
    private var isClosed = false
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []

    init(
        consumer: Consumer, committer: Committer<Handler>, positions: Positions, sources: [Source<Command>],
        topicPrefix: String, seal: DeadLetterSeal, gate: DirectoryGate?, readiness: Readiness, log: Logger,
        metrics: BatchMetrics
    ) {
        self.consumer = consumer
        self.committer = committer
        lanes = CommitLanes(committer)
        self.positions = positions
        self.sources = Dictionary(sources.map { (topicPrefix + $0.topic.name, $0) }) { first, _ in first }
        self.topicPrefix = topicPrefix
        self.seal = seal
        self.gate = gate
        self.readiness = readiness
        self.log = log
        self.metrics = metrics
    }

    /// Until the consumer is closed.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await event in consumer.events {
                switch event {
                case .assigned(let partitions):
                    assignments += 1
                    let assignment = assignments
                    for partition in partitions { claims[partition] = Claim(assignment: assignment) }
                    group.addTask { await self.claim(partitions, assignment) }
                case .batch(let batch):
                    guard let held = claims[batch.partition] else { continue }
                    markBusy(batch.partition)
                    group.addTask { await self.process(batch, held) }
                case .revoked(let partitions):
                    for partition in partitions { claims[partition]?.isReleasing = true }
                    group.addTask { await self.release(partitions) }
                case .lost(let partitions):
                    // The group has given them to others already; our fence will stop what is still under way.
                    for partition in partitions { claims[partition] = nil }
                    log.warning("the group gave our partitions away", metadata: [.partitions: partitions.count])
                case .failure(let error):
                    metrics.consumerErrors.increment()
                    log.warning("the consumer reports an error", metadata: [.error: "\(error)"])
                }
            }
            // The consumer has left the group: what is not committed by now is for those who get its partitions.
            isClosed = true
        }
    }

    // MARK: Claims

    private func claim(_ partitions: [TopicPartition], _ assignment: Int) async {
        let directory = topicPrefix + Topic.directory.name
        await claimNow(partitions.filter { $0.topic == directory }, assignment)
        let others = partitions.filter { $0.topic != directory }
        while let gate, wants(others, assignment), await !gate.isOpen() {
            try? await Task.sleep(for: .milliseconds(50))
        }
        await claimNow(others, assignment)
    }

    private func wants(_ partitions: [TopicPartition], _ assignment: Int) -> Bool {
        !isClosed && partitions.contains { isOurs($0, assignment) }
    }

    /// Whether a partition is ours since that assignment, and nobody wants it back.
    private func isOurs(_ partition: TopicPartition, _ assignment: Int) -> Bool {
        claims[partition].map { $0.assignment == assignment && !$0.isReleasing } ?? false
    }

    /// Ends with the assignment: two loops that claim one partition would each have it read from where they found it.
    private func claimNow(_ partitions: [TopicPartition], _ assignment: Int) async {
        var retries = Retries()
        var missing = partitions
        while wants(missing, assignment) {
            do {
                let claimed = try await positions.claim(missing)
                try Failpoint.rebalance.passOrFail()
                // Taken back meanwhile: whoever gets it raises the epoch again.
                let held = claimed.positions.filter { isOurs($0.key, assignment) }
                for (partition, position) in held { claims[partition]?.epoch = position.epoch }
                await consumer.start(held.mapValues(\.next))
                missing = missing.filter { claimed.positions[$0] == nil && isOurs($0, assignment) }
                readiness.setBlocked(claimed.blocked.map(\.description))
                if missing.isEmpty { return }
                log.error(
                    "a topic is not the one that its position belongs to",
                    metadata: [
                        .partitions: claimed.blocked.count,
                        .remedy: "see muster offsets show; then muster offsets set, or muster topics create",
                    ])
            } catch {
                log.warning("positions cannot be claimed yet", metadata: [.error: "\(error)"])
            }
            missing = missing.filter { isOurs($0, assignment) }
            try? await Task.sleep(for: retries.failed())
        }
    }

    private func release(_ partitions: [TopicPartition]) async {
        while !Guard.revocationWait.isOff, partitions.contains(where: { busy[$0] != nil }) {
            await withCheckedContinuation { idleWaiters.append($0) }
        }
        for partition in partitions where claims[partition]?.isReleasing == true { claims[partition] = nil }
        await consumer.released(partitions)
    }

    private func markBusy(_ partition: TopicPartition) { busy[partition, default: 0] += 1 }

    private func markIdle(_ partition: TopicPartition) {
        let left = busy[partition, default: 1] - 1
        busy[partition] = left > 0 ? left : nil
        let waiters = idleWaiters
        idleWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Batches

    private func process(_ batch: Consumer.Batch, _ held: Claim) async {
        defer { markIdle(batch.partition) }
        guard isOurs(batch.partition, held.assignment), let source = sources[batch.partition.topic] else { return }
        let started = ContinuousClock.now
        let arrivals = batch.records.map { source.read($0, sealing: seal, clock: committer.clock) }
        let work = BatchWork(
            topic: source.topic.name, partition: batch.partition, source: source, arrivals: arrivals,
            offsets: batch.records.map(\.offset), epoch: held.epoch, from: batch.start, to: batch.nextOffset)
        let outcome = await commit(work, held.assignment)
        // What the consumer has in hand by now is of a later assignment, and not finished by this.
        let isCurrent = claims[batch.partition]?.assignment == held.assignment
        switch outcome {
        case .committed:
            for case .dead(let letter) in arrivals { metrics.deadLetters(letter.topic, letter.reason).increment() }
            metrics.observe(batch.records.count, ContinuousClock.now - started, topic: source.topic.name)
            guard isCurrent else { return }
            await consumer.commit([batch.partition: batch.nextOffset])
            await consumer.finished(batch.partition)
        case .fenced:
            // Still assigned as far as we know: claim anew, unless the revocation is on its way already.
            metrics.fenced.increment()
            log.warning(
                "a batch was fenced off",
                metadata: [.topic: source.topic.name, .partition: Int(work.partition.partition)])
            guard isOurs(batch.partition, held.assignment) else { return }
            await claim([batch.partition], held.assignment)
            await consumer.finished(batch.partition)
        case .abandoned:
            if isCurrent { await consumer.finished(batch.partition) }
        }
    }

    private enum Outcome { case committed, fenced, abandoned }

    /// Tries until the batch is committed, somebody else has the partition, or it is to be let go of.
    private func commit(_ work: BatchWork<Command>, _ assignment: Int) async -> Outcome {
        var retries = Retries()
        var firstEarly: ContinuousClock.Instant?
        var waitsUntil = ContinuousClock.now
        var isFirst = true
        while true {
            if !wants([work.partition], assignment), retries.hasFailed || firstEarly != nil {
                return .abandoned
            }
            let isPatient = firstEarly == nil || ContinuousClock.now < waitsUntil
            do {
                if isFirst {
                    isFirst = false
                    try await lanes.attempt(work)
                } else {
                    _ = try await committer.attempt(
                        work.inputs, work.extras(for: Handler.self), .fences([work.fence]),
                        slot: work.partition.partition, publishesReceipts: work.publishesReceipts,
                        refusesEarly: !isPatient)
                }
                if let firstEarly, !isPatient { waitedInVain(work, ContinuousClock.now - firstEarly) }
                return .committed
            } catch is CommittedApart {
                metrics.apart.increment()
            } catch let error as EarlyInput {
                // What lies before it need not wait; it itself is tried again for a while.
                if error.index > 0 { return await commitParts(work.split(beforeInput: error.index), assignment) }
                if firstEarly == nil {
                    firstEarly = .now
                    waitsUntil = ContinuousClock.now + patience(with: work).left()
                }
                try? await Task.sleep(for: min(.milliseconds(200), max(.zero, waitsUntil - ContinuousClock.now)))
            } catch let error as PostgresError where error.sqlState == .fenceLost {
                let right = Committer<Handler>.Right.fences([work.fence])
                if Guard.replyResolution.isOff { return .fenced }
                if let committed = try? await committer.isCommitted(right) { return committed ? .committed : .fenced }
                try? await Task.sleep(for: retries.failed())
            } catch let error as PostgresError where error.sqlState == .decisionStale {
                metrics.staleDecisions.increment()
                try? await Task.sleep(for: .milliseconds(Int64.random(in: 1...5)))
            } catch let error as PostgresError where error.isRetryable {
                metrics.retries.increment()
                log.warning("a batch could not be committed yet", metadata: [.topic: work.topic, .error: "\(error)"])
                try? await Task.sleep(for: retries.failed())
            } catch is CancellationError {
                return .abandoned
            } catch {
                return await isolate(work, error, assignment)
            }
        }
    }

    private func patience(with work: BatchWork<Command>) -> Patience {
        patience[work.partition] ?? Patience(work.patience)
    }

    private func waitedInVain(_ work: BatchWork<Command>, _ waited: Duration) {
        patience[work.partition, default: Patience(work.patience)].waitedInVain(waited)
    }

    /// An error that will not pass: half by half down to the record that it belongs to, which then is dead.
    private func isolate(_ work: BatchWork<Command>, _ error: any Error, _ assignment: Int) async -> Outcome {
        if work.arrivals.count > 1 { return await commitParts(work.halves(), assignment) }
        log.error("a record cannot be stored", metadata: [.topic: work.topic, .error: "\(error)"])
        guard let buried = work.buried(reason: "cannot-be-stored", detail: "\(error)", sealing: seal) else {
            return .abandoned
        }
        return await commit(buried, assignment)
    }

    private func commitParts(_ parts: [BatchWork<Command>], _ assignment: Int) async -> Outcome {
        for part in parts {
            let outcome = await commit(part, assignment)
            guard outcome == .committed else { return outcome }
        }
        return .committed
    }
}
