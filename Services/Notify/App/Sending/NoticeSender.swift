import Contracts
import Crypto
import Failpoints
import FoundationEssentials
import Postgres
import ServiceKit
import Telemetry

/// Sends what is due: claims it, sends it outside of any transaction, and writes down what came of it.
///
/// A process that dies in between leaves a claim without an outcome; it lapses, and what follows is the delivery's to
/// decide. Sends are not cancelled when the service stops: it waits for them, or nobody would know what became of them.
actor NoticeSender {
    private let context: ServiceContext<NotifyHandler>
    private let senders: Senders
    private let book: AddressBook
    private let cipher: ColumnCipher?
    private let policy: DeliveryPolicy
    private let claimant: Claimant
    private let metrics: SenderMetrics
    private let log: Logger

    private var underWay = 0
    private var endings: [LaneName: [SendOutcome]] = [:]
    private var lastLapseCheck = ContinuousClock.now - .seconds(60)
    private var idle: CheckedContinuation<Void, Never>?

    /// Of sends at once.
    private static let limit = 64
    /// How long a stop waits for sends under way.
    private static let grace = Duration.seconds(12)

    init(
        _ context: ServiceContext<NotifyHandler>, senders: Senders, book: AddressBook, cipher: ColumnCipher?,
        policy: DeliveryPolicy
    ) {
        self.context = context
        self.senders = senders
        self.book = book
        self.cipher = cipher
        self.policy = policy
        claimant = Claimant(replica: context.replica, run: .v7(at: MachineClock.now()))
        metrics = SenderMetrics(context.metrics)
        log = context.log
    }

    /// Until the task is cancelled, and the sends under way are over.
    func run(until bell: Bell) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Should a ring get lost, or what is due have been written by a replica that is no more.
                while !Task.isCancelled {
                    bell.ring()
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
            group.addTask { await self.work(bell) }
        }
        await drain()
    }

    private func work(_ bell: Bell) async {
        for await _ in bell.rings() where context.clock.isSet {
            do {
                try await settleLapses()
                while try await claimSome(), !Task.isCancelled {}
            } catch is CancellationError {
                return
            } catch {
                log.warning("notices could not be claimed yet", metadata: [.error: "\(error)"])
            }
        }
    }

    /// - Returns: whether there may be more to claim at once.
    private func claimSome() async throws -> Bool {
        let room = Self.limit - underWay
        guard room > 0 else { return false }
        let taken = endings
        endings = [:]
        let claims = Claims(claimant: claimant, policy: policy, now: context.clock.now())
        let result: Claims.Result
        do {
            result = try await context.pool.run(plans: .kept) { session in
                try claims.take(room, endings: taken, in: &session)
            }
        } catch {
            // They count the next time.
            for (lane, outcomes) in taken { endings[lane, default: []].insert(contentsOf: outcomes, at: 0) }
            throw error
        }
        for (lane, outcomes) in taken where !result.looked.contains(lane) {
            endings[lane, default: []].insert(contentsOf: outcomes, at: 0)
        }
        for notice in result.claimed {
            underWay += 1
            metrics.underWay.set(Double(underWay))
            // Not a child task: see above.
            Task { await self.deliver(notice) }
        }
        await write(result.expired.map { ($0, .expired(at: claims.now)) })
        return result.hasMore
    }

    private func settleLapses() async throws {
        guard ContinuousClock.now - lastLapseCheck > .seconds(1) else { return }
        lastLapseCheck = .now
        let lapsed = try await context.pool.run(plans: .kept) { [claimant] session in
            try Lapses.find(claimant, in: &session)
        }
        if lapsed.isEmpty { return }
        log.warning("sends were never reported", metadata: [.count: lapsed.count])
        metrics.lapsed.increment(by: UInt64(lapsed.count))
        let now = context.clock.now()
        await write(lapsed.map { ($0.notice, .leaseLapsed(attempt: $0.attempt, at: now)) })
    }

    // MARK: One notice

    private func deliver(_ notice: ClaimedNotice) async {
        let started = ContinuousClock.now
        InFlight.send.began()
        defer { InFlight.send.ended() }
        let outcome = await send(notice)
        Failpoint.noticeSent.pass()
        metrics.observe(outcome, on: notice.lane.channel, ContinuousClock.now - started)
        endings[notice.lane, default: []].append(outcome)
        await write([(notice.id, .ended(outcome, attempt: notice.attempt, at: context.clock.now()))])
        underWay -= 1
        metrics.underWay.set(Double(underWay))
        if underWay == 0 { idle.take()?.resume() }
    }

    private func send(_ notice: ClaimedNotice) async -> SendOutcome {
        let phone: String?
        do { phone = try openPhone(of: notice) } catch {
            log.error(
                "a phone number cannot be opened", metadata: [.notice: notice.id.description, .error: "\(error)"])
            return .refused(SendReason("unreadable-phone"))
        }
        guard let address = book.address(of: notice.lane, phone: phone, wecom: notice.wecom) else {
            return .refused(SendReason("no-address"))
        }
        let origin = notice.origin
        return await senders.send(
            OutgoingNotice(
                id: notice.id, recipient: origin.recipient.person, language: origin.recipient.language,
                message: notice.message, event: origin.cause, matter: origin.matter, address: address))
    }

    private func openPhone(of notice: ClaimedNotice) throws -> String? {
        guard let sealed = notice.phone, let cipher else { return nil }
        return try ContactRows.open(sealed, of: notice.origin.recipient.person, cipher)
    }

    // MARK: Writing down

    /// Commits what happened to deliveries; tries for as long as the claims last, after which they lapse anyway.
    private func write(_ events: [(notice: EventID, event: DeliveryEvent)]) async {
        if events.isEmpty { return }
        let inputs = events.map { notice, event in
            Input(
                envelope: EventEnvelope(
                    id: notice.description, source: ServiceName.notify.source, type: "muster.delivery.changed.v1",
                    time: context.clock.now()),
                // Of our own making: neither counted nor remembered as an input.
                command: NotifyCommand.delivery(notice, event), digest: [], origin: .timer)
        }
        let deadline = ContinuousClock.now + Claimant.lease / 2
        while true {
            do {
                _ = try await context.writes.submit(inputs)
                return
            } catch {
                guard ContinuousClock.now < deadline, !(error is WriteRefused) else {
                    log.error(
                        "what became of sends could not be written down",
                        metadata: [.count: events.count, .error: "\(error)"])
                    return
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func drain() async {
        if underWay == 0 { return }
        let timer = Task {
            try? await Task.sleep(for: Self.grace)
            self.idle.take()?.resume()
        }
        await withCheckedContinuation { idle = $0 }
        timer.cancel()
        if underWay > 0 { log.warning("sends are left under way", metadata: [.count: underWay]) }
    }
}

/// What the sender counts.
private struct SenderMetrics: Sendable {
    private let sends: Labelled<Counter>
    private let seconds: Labelled<Histogram>
    let underWay: Gauge
    let lapsed: Counter

    init(_ metrics: Metrics) {
        sends = metrics.counter(
            "muster_notify_sends", help: "Attempts to send a notice, by channel and how they ended.",
            labels: ["channel", "outcome"])
        seconds = metrics.histogram(
            "muster_notify_send_seconds", help: "Time of an attempt to send a notice.", labels: ["channel"],
            buckets: .init([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]))
        underWay = metrics.gauge("muster_notify_sends_underway", help: "Attempts to send that are under way.")
        lapsed = metrics.counter(
            "muster_notify_sends_lapsed", help: "Attempts to send of which nobody will report any more.")
    }

    func observe(_ outcome: SendOutcome, on channel: Channel, _ time: Duration) {
        sends(channel.rawValue, outcome.word).increment()
        seconds(channel.rawValue).observe(time)
    }
}

extension SendOutcome {
    fileprivate var word: String {
        switch self {
        case .delivered: "delivered"
        case .refused: "refused"
        case .retry: "retry"
        case .limited: "limited"
        case .unknown: "unknown"
        }
    }
}

extension LogKey {
    static let notice: LogKey = "notice_id"
}
