import Contracts
import HTTPServer
import Kafka
import Postgres
import Schemas
import Telemetry
import Threads

/// A service at work: what it is wired of, and the order in which it starts and stops.
final class RunningService<Handler: BatchHandler>: Sendable {
    private let service: Service<Handler>
    private let settings: ServiceSettings
    private let log: Logger
    private let pool: PostgresPool
    private let clock: CityClock
    private let producer: Producer
    private let admin: Admin
    /// Asks whether Kafka is there, and holds up nobody else meanwhile.
    private let probe: Admin
    private let leases: ShardLeases
    private let context: ServiceContext<Handler>
    private let committer: Committer<Handler>
    private let metrics: Metrics
    private let readiness: Readiness
    private let readyAfter: Gauge
    private let started = ContinuousClock.now
    private let server: Server
    private let outboxWake = WakeSignal()
    private let timerWake = WakeSignal()
    private let notices: WorkNotices

    init(_ service: Service<Handler>, _ settings: ServiceSettings, _ log: Logger) async throws {
        self.service = service
        self.settings = settings
        self.log = log
        var options = PostgresPool.Options(
            conninfo: settings.postgresURL, name: service.name.rawValue, size: settings.poolSize,
            applicationName: settings.replica, statementTimeout: .seconds(30))
        options.sessionSettings = SessionSettings.service
        options.backoff = PostgresPool.Backoff(first: .milliseconds(50), limit: .seconds(2))
        pool = PostgresPool(options)
        clock = CityClock(settings.clock == .stepped ? .stepped : .wall(offset: settings.clockOffset))
        var observer = Producer.Observer()
        observer.onLog = { log.write($0) }
        producer = try Producer(settings.kafka.merging(["linger.ms": "0"]) { $1 }, observer: observer)
        admin = try Admin(settings.kafka)
        probe = try Admin(settings.kafka, timeout: DependencyWatch.patience)
        metrics = Metrics()
        metrics.registerProcess()
        leases = ShardLeases(pool: pool, replica: settings.replica, log: log)
        let notices = WorkNotices(
            pool: pool, conninfo: settings.postgresURL, service: service.name.rawValue, replica: settings.replica,
            leases: leases, log: log)
        self.notices = notices
        committer = Committer(
            service: service.name, handler: service.handler, pool: pool, clock: clock,
            wake: { [outboxWake, timerWake] work in
                if !work.outbox.isEmpty { outboxWake.signal() }
                if !work.timers.isEmpty { timerWake.signal() }
                notices.send(work)
                service.changed()
            })
        let slot = Int32(Shard.of(settings.replica.utf8) % 16)
        context = ServiceContext(
            service: service.name, pool: pool, clock: clock, authenticator: try .make(settings),
            writes: WriteCombiner(committer, slot: slot, log: log), replica: settings.replica, log: log,
            metrics: metrics, readTypes: Set(service.allSources.flatMap { $0.inlets.keys }))
        context.writes.hold()
        readiness = Readiness()
        readyAfter = metrics.gauge(
            "muster_ready_after_seconds", help: "From the start of the process until it was first ready.")
        var serverSettings = Server.Settings()
        serverSettings.host = settings.host
        serverSettings.port = settings.port
        let observed = HTTPMetrics(metrics)
        serverSettings.observe = { observed.observe($0) }
        let endpoints = KernelRoutes.all(service.name, service.routes(context), readiness, metrics)
        let router = Router(endpoints.map(\.route)) { error, request in
            log.error(
                "a request failed", metadata: [.route: request.pattern.description, .error: "\(error)"])
        }
        server = try Server.start(router, serverSettings)
        log.info("listening", metadata: [.port: Int(server.port)])
    }

    /// Works until a signal comes, then: takes nothing new in, finishes batches and writes, flushes the outbox, leaves.
    func run(until signals: TerminationSignals) async {
        await withTaskGroup { group in
            group.addTask { await signals.wait() }
            group.addTask { await self.work() }
            await group.next()
            group.cancelAll()
            await group.waitForAll()
        }
        await pool.close()
        await producer.close()
        log.info("stopped")
    }

    private func work() async {
        let follower = ClockFollower(
            kafka: settings.kafka, topicPrefix: settings.topicPrefix, replica: settings.replica, clock: clock,
            pool: pool,
            onStep: { [timerWake, service] in
                timerWake.signal()
                service.changed()
            }, log: log)
        await withDiscardingTaskGroup { group in
            group.addTask { await follower.run() }
            await self.serve()
            group.cancelAll()
        }
    }

    private func serve() async {
        guard await waitForSchema() else { return await server.stop(grace: .seconds(1)) }
        // What comes in over HTTP needs Postgres alone; what it leads to is published when Kafka is there.
        let writing = Task { await context.writes.run() }
        let works = await waitForKafka()
        if works { await serve(writing) } else { await server.stop(grace: .seconds(1)) }
        context.writes.close()
        await writing.value
    }

    /// - Parameter writing: ends when the writes are closed.
    private func serve(_ writing: Task<Void, Never>) async {
        let consumer: Consumer
        let topics = TopicNames(prefix: settings.topicPrefix)
        do {
            var options = Consumer.Options()
            options.onLog = { [log] in log.write($0) }
            consumer = try Consumer(
                settings.kafka.merging(settings.consumer) { $1 }.merging([
                    "group.id": topics.full(service.name.rawValue)
                ]) { $1 },
                topics: service.allSources.map { topics.full($0.topic.name) }, options: options)
        } catch {
            log.critical("the consumer cannot be made", metadata: [.error: "\(error)"])
            return await server.stop(grace: .seconds(1))
        }
        let watch = DependencyWatch(pool: pool, admin: probe, readiness: readiness, log: log)
        let positions = Positions(
            pool: pool, admin: admin, kafka: settings.kafka, topicPrefix: settings.topicPrefix,
            replica: settings.replica)
        let gate =
            service.name == .intake
            ? nil : DirectoryGate(pool: pool, admin: admin, topicPrefix: settings.topicPrefix)
        let driver = TopicConsumer(
            consumer: consumer, committer: committer, positions: positions, sources: service.allSources,
            topicPrefix: settings.topicPrefix, seal: DeadLetterSeal(settings.cipher, of: service.name), gate: gate,
            readiness: readiness, log: log,
            metrics: BatchMetrics(metrics))
        let backlog = Backlog(
            metrics, pool: pool, clock: clock, consumer: consumer, topicPrefix: settings.topicPrefix)
        let relay = Relay(
            pool: pool, producer: producer, leases: leases, topicPrefix: settings.topicPrefix, log: log,
            metrics: RelayMetrics(metrics))
        let timers = TimerLoop(
            committer: committer, pool: pool, leases: leases, clock: clock, command: service.timer, log: log,
            metrics: TimerMetrics(metrics))
        let housekeeping = Housekeeping(
            chores: Chore.kernel(keepingInputs: settings.keptInputs) + service.chores, pool: pool, clock: clock,
            pause: settings.housekeeping, log: log, metrics: HousekeepingMetrics(metrics))
        // What makes work ends before what carries it on, so that each can finish what the one before left. This task is
        // cancelled when the stop begins, and a cancelled task's statements fail: what has to end in order is no part of it.
        let publishing = Task { await relay.run(wakes: outboxWake.stream) }
        let consuming = Task { await driver.run() }
        let background = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.leases.run { self.outboxWake.signal() } }
                group.addTask { await self.outboxWake.run(every: .seconds(1)) }
                group.addTask { await backlog.run() }
                group.addTask { await watch.run() }
                group.addTask { await self.notices.runSending() }
                group.addTask {
                    await self.notices.runListening { work in
                        let ours = ShardSet(self.leases.held)
                        if !work.outbox.isDisjoint(with: ours) { self.outboxWake.signal() }
                        if !work.timers.isDisjoint(with: ours) { self.timerWake.signal() }
                        self.service.changed()
                    }
                }
                group.addTask { await self.timerWake.run(every: TimerLookout.pause) }
                group.addTask { await FreeMemory.run() }
            }
        }
        let own = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await timers.run(wakes: self.timerWake.stream) }
                group.addTask { await housekeeping.run() }
                for task in self.service.tasks { group.addTask { await task(self.context) } }
            }
        }
        readiness.set(.ready)
        readyAfter.set(Double((ContinuousClock.now - started).wholeMilliseconds) / 1_000)
        log.info("ready")
        await untilCancelled()
        readiness.set(.stopping)
        await server.stop(grace: .seconds(10))
        await consumer.close()
        await consuming.value
        // Before the writes end: what a loop has done out there, it still has to write down.
        own.cancel()
        await own.value
        context.writes.close()
        await writing.value
        await finish(publishing)
        background.cancel()
        timerWake.finish()
        notices.finish()
        await background.value
        await giveBackLeases()
    }

    /// Once nothing renews them any more; bounded in time, since Postgres may be away.
    ///
    /// In a task of its own: this one is cancelled by now.
    private func giveBackLeases() async {
        await Task { try? await limited(to: .seconds(2)) { [leases] in await leases.giveBack() } }.value
    }

    /// What was written at the very end is published by us rather than by another replica later; bounded in time.
    ///
    /// By the relay that runs already: a second one beside it would send the same rows again.
    private func finish(_ publishing: Task<Void, Never>) async {
        outboxWake.signal()
        outboxWake.finish()
        let limit = Task {
            try? await Task.sleep(for: .seconds(5))
            if !Task.isCancelled { publishing.cancel() }
        }
        await publishing.value
        limit.cancel()
    }

    /// Postgres with this version's schema, and the city's time.
    ///
    /// - Returns: false when the service is to stop before they came.
    private func waitForSchema() async -> Bool {
        let schema = Schemas.migrations(of: service.name)
        var postgres = Absence(log: log)
        while !Task.isCancelled {
            if await isMigrated(schema, &postgres), isClockSet() { return true }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Kafka with its topics, and leases.
    ///
    /// - Returns: false when the service is to stop before they came.
    private func waitForKafka() async -> Bool {
        var isKafkaReady = false
        var kafka = Absence(log: log)
        while !Task.isCancelled {
            if !isKafkaReady { isKafkaReady = await hasTopics(&kafka) }
            if isKafkaReady {
                do {
                    try await leases.renew()
                    return true
                } catch { log.warning("leases cannot be taken yet", metadata: [.error: "\(error)"]) }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Once in the log, too: whoever starts a service looks there first.
    private func wait(for what: String) {
        if readiness.set(.waiting(what)) { log.notice("waiting", metadata: [.reason: what]) }
    }

    private func isClockSet() -> Bool {
        if clock.isSet { return true }
        wait(for: "the city's time is not set: see muster day")
        return false
    }

    private func isMigrated(_ schema: Migrations, _ absence: inout Absence) async -> Bool {
        do {
            let status = try await limited(to: DependencyWatch.patience) { [pool] in
                try await pool.run { session in try schema.status(in: &session) }
            }
            absence.end()
            if status.pending.isEmpty { return true }
            wait(for: "the schema is at \(status.current): run muster migrate")
        } catch {
            if Task.isCancelled { return false }
            let cause = pool.connectFailure ?? error as? PostgresError
            let advice = Advice(cause)
            readiness.set(.waiting(advice.description))
            absence.note(advice, cause ?? error)
        }
        return false
    }

    private func hasTopics(_ absence: inout Absence) async -> Bool {
        let names = TopicNames(prefix: settings.topicPrefix)
        do throws(KafkaError) {
            let known = try await probe.topics()
            absence.end()
            let missing = Topic.all.filter { known[names.full($0.name)] == nil }
            if missing.isEmpty { return true }
            wait(for: "\(missing.count) topics are missing: run muster topics")
        } catch {
            let advice = Advice(error)
            readiness.set(.waiting(advice.description))
            absence.note(advice, error)
        }
        return false
    }
}

/// Topics as the broker knows them: with the prefix of this deployment.
struct TopicNames: Sendable {
    let prefix: String
    func full(_ name: String) -> String { prefix + name }
}

/// Suspends until the task is cancelled.
private func untilCancelled() async {
    let (stream, _) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
}
