import Contracts
import Postgres
import ServiceKit

/// Plays the day: step by step it publishes what people send, waits until all is quiet, lets the deadlines of the step
/// fall due, waits again, and lets the staff react to what they heard.
final class DayPlayer {
    /// Nothing that happens within a step is ordered by it; staff do at most one thing about a case in one.
    static let step = Duration.seconds(300)

    private let stack: Stack
    private let sender: InputSender
    private let quiet: Quiet
    private let staff: Staff
    private let database: PostgresConnection
    private let progress: DayProgress
    private let speed: Double?
    /// What staff will do, in the order of the time.
    private var agenda: [PlannedInput] = []
    /// History up to here has been reacted to.
    private var heardUpTo: [EventID: Int] = [:]
    /// The last that was heard of each case.
    private var latest: [EventID: Staff.News] = [:]
    private(set) var sent: [PlannedInput] = []
    private(set) var now: Instant
    private(set) var steps = 0
    let times = PhaseTimes()
    private var grain = DayPlayer.step

    init(
        _ stack: Stack, _ sender: InputSender, _ staff: Staff, _ database: PostgresConnection, from start: Instant,
        speed: Double?, _ progress: DayProgress
    ) throws {
        self.stack = stack
        self.sender = sender
        self.staff = staff
        self.database = database
        self.progress = progress
        self.speed = speed
        quiet = try Quiet(stack, database)
        now = start
    }

    /// Waits until every replica has the city's time and the directory.
    func begin() async throws {
        try await sender.set(now)
        try await quiet.wait(at: now)
    }

    /// Plays the inputs and what follows from them up to an instant.
    ///
    /// - Parameters:
    ///   - grain: how long a step is. What is sent is held back to a whole multiple of it: in the days before, gateways deliver
    ///     and staff act by the half hour, so that few steps carry them.
    ///   - disturb: called in each step while its inputs are under way.
    func play(
        _ inputs: [PlannedInput], until end: Instant, grain: Duration = DayPlayer.step,
        disturb: (_ step: Int) async throws -> Void = { _ in }
    ) async throws {
        self.grain = grain
        var rest = inputs.map(heldBack).sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }[...]
        while now < end {
            let started = ContinuousClock.now
            let before = now
            let (stepBegin, stepEnd) = try await nextStep(rest.first?.sentAt, end)
            // Hours in which nothing happens are passed at once; the clock then stands where the step begins.
            if stepBegin > now { try await pass(to: stepBegin) }
            var due = Array(rest.prefix { $0.sentAt < stepEnd })
            rest = rest.dropFirst(due.count)
            due += takeAgenda(before: stepEnd)
            try await times.measure(\.sending) { try await send(due) }
            await progress.look(now, sent: sent.count, database, quiet)
            try await disturb(steps)
            if !due.isEmpty { try await times.measure(\.settling) { try await quiet.wait(at: now) } }
            try await advance(to: stepEnd)
            try await times.measure(\.reacting) { try await react() }
            steps += 1
            if let speed { try await Task.sleep(until: started + (now - before) / speed) }
        }
        // What people send later than the day lasts.
        try await send(Array(rest))
        try await quiet.wait(at: now)
    }

    /// Moves the clock over a time in which nothing falls due, so that only the replicas' clocks have to be waited for; but
    /// what falls due at its very end is done before anything else happens.
    private func pass(to instant: Instant) async throws {
        guard try await (quiet.nextDue()).map({ $0 > instant }) ?? true else { return try await advance(to: instant) }
        now = instant
        try await times.measure(\.clock) {
            try await sender.set(now)
            try await quiet.waitForClocks(at: now)
        }
    }

    private func advance(to instant: Instant) async throws {
        now = instant
        try await times.measure(\.clock) {
            try await sender.set(now)
            try await quiet.waitForClocks(at: now)
        }
        try await times.measure(\.settling) { try await quiet.wait(at: now) }
    }

    /// The next step in which something can happen.
    private func nextStep(_ nextInput: Instant?, _ end: Instant) async throws -> (begin: Instant, end: Instant) {
        let candidates = [nextInput, agenda.first?.sentAt, try await quiet.nextDue()].compactMap { $0 }
        let first = candidates.min() ?? end
        let size = grain.wholeMilliseconds
        let begin = min(end, Instant(milliseconds: max(first, now).milliseconds / size * size))
        return (max(begin, now), min(end, begin + grain))
    }

    private func heldBack(_ input: PlannedInput) -> PlannedInput {
        let size = grain.wholeMilliseconds
        guard grain > Self.step else { return input }
        var held = input
        held.sentAt = Instant(milliseconds: (input.sentAt.milliseconds + size - 1) / size * size)
        return held
    }

    /// At most one action a case and step; further ones wait for the next.
    private func takeAgenda(before stepEnd: Instant) -> [PlannedInput] {
        var taken: [PlannedInput] = []
        var left: [PlannedInput] = []
        var busy: Set<String> = []
        for input in agenda {
            guard input.sentAt < stepEnd, busy.insert(input.payload.value.key).inserted else {
                left.append(input)
                continue
            }
            if case .action(let action) = input.payload, let news = latest[action.case],
                !staff.stillActs(input, now: news)
            {
                continue
            }
            taken.append(input)
        }
        agenda = left
        return taken
    }

    /// What each service has not consumed yet.
    func lag() async throws -> [ServiceName: Int] { try await quiet.lag() }

    private func send(_ inputs: [PlannedInput]) async throws {
        if inputs.isEmpty { return }
        _ = try await sender.send(inputs)
        sent += inputs
    }

    private func react() async throws {
        let news = try await DispatchNews.read(database, after: heardUpTo)
        for item in news {
            heardUpTo[item.case] = max(heardUpTo[item.case] ?? 0, item.sequence)
            latest[item.case] = item
            agenda += staff.react(to: item).map(heldBack)
        }
        agenda.sort { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
    }
}

/// Where the time of a day goes: what is sent, waiting for the clocks, waiting for rest, asking what is new.
final class PhaseTimes {
    var sending = Duration.zero
    var clock = Duration.zero
    var settling = Duration.zero
    var reacting = Duration.zero

    func measure(_ phase: ReferenceWritableKeyPath<PhaseTimes, Duration>, _ work: () async throws -> Void)
        async rethrows
    {
        let started = ContinuousClock.now
        try await work()
        self[keyPath: phase] += ContinuousClock.now - started
    }

    var text: String {
        let parts = [("sending", sending), ("clocks", clock), ("coming to rest", settling), ("news", reacting)]
        return parts.map { "\($0.0) \($0.1.wholeMilliseconds / 1_000) s" }.joined(separator: ", ")
    }
}
