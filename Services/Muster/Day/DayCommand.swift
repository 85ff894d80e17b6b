import Arguments
import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// `muster day`: plays one working day of the city on a running stack, and proves that nothing was lost or done twice.
enum DayCommand {
    static let stack = Option(
        "stack", value: "FILE", about: "the stack's description", parser: .text(example: ".dev/stack.json"),
        default: ".dev/stack.json")
    static let seed = Option(
        "seed", value: "N", about: "what the day is drawn from", parser: .integer(0...1_000_000_000), default: 1,
        environment: "SEED")
    static let scale = Option(
        "scale", value: "SHARE", about: "the share of the city's towns that is played",
        parser: .number(0.01...1), default: 1, environment: "SCALE")
    static let speed = Option.optional(
        "speed", value: "FACTOR", about: "how many times faster than life it goes at most; as fast as it can without",
        parser: .number(1...1_000_000), environment: "SPEED")
    static let kills = Option(
        "kills", value: "N", about: "how many processes are killed as it goes", parser: .integer(0...1_000), default: 0,
        environment: "KILLS")
    static let complaints = Option.optional(
        "complaints", value: "FILE", about: "a CSV file of complaints in place of made-up ones",
        parser: .text(example: "complaints.csv"), environment: "COMPLAINTS")
    static let textColumn = Option(
        "text-column", value: "NAME", about: "the column of that file that holds the text",
        parser: .text(example: "body"),
        default: "body")
    static let titleColumn = Option(
        "title-column", value: "NAME", about: "the column that holds the title", parser: .text(example: "subject"),
        default: "subject")
    static let output = Option(
        "output", value: "FOLDER", about: "where day.json and day.html go", parser: .text(example: ".dev"),
        default: ".dev")

    /// A Tuesday of a year whose calendar is shipped; six work days lie before it.
    static let date = CivilDate(year: 2026, month: 11, day: 24)

    static let command = Command(
        "day", about: "play a working day on a running stack",
        discussion: """
            The stack must run with MUSTER_CLOCK=stepped (see infra/dev/demo). Same seed, scale and complaints: same
            inputs and same digest, whatever the replicas or the kills.
            """,
        options: [stack, seed, scale, speed, kills, complaints, textColumn, titleColumn, output]
    ) { values in
        let day = try Day(values)
        let (report, stories, page) = try await day.play()
        try report.write(to: values[output])
        try Data(page.html.utf8).write(to: URL(filePath: "\(values[output])/day.html"))
        say(DaySummary(report: report, stories: stories, day: day.day).text)
        guard report.ok else {
            throw CommandError(
                report.complaints.joined(separator: "; "),
                remedy: "see the lines marked with ✗ above, and the services' logs")
        }
    }
}

/// One simulated day from its options to its report.
struct Day {
    private let stack: Stack
    private let seed: UInt64
    private let scale: Double
    private let speed: Double?
    private let kills: Int
    private let texts: ComplaintTexts
    let day: CityDay

    init(_ values: Values) throws {
        stack = try Stack.read(values[DayCommand.stack])
        seed = UInt64(values[DayCommand.seed])
        scale = values[DayCommand.scale]
        speed = values[DayCommand.speed]
        kills = values[DayCommand.kills]
        if let path = values[DayCommand.complaints] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError(
                    "\(path) cannot be read", remedy: "check --complaints")
            }
            texts = try ComplaintTexts(
                csv: String(decoding: data, as: UTF8.self), text: values[DayCommand.textColumn],
                title: values[DayCommand.titleColumn])
        } else {
            texts = .generated
        }
        guard let date = DayCommand.date else { throw DayFailure("the day is no day") }
        day = CityDay(date: date)
    }

    func play() async throws -> (DayReport, DayStories, DayPage) {
        let started = ContinuousClock.now
        let progress = DayProgress()
        let city = CityPlan(seed: seed, scale: scale)
        progress.say(
            "a city of \(city.towns.count) towns, \(city.communities.count) communities, \(city.grids.count) grids, "
                + "\(city.people.count) people")
        let receiver = try stack.receiver.map { try Receiver($0) }
        let sender = try InputSender(stack)
        let database = try await PostgresConnection.connect(stack.postgres)
        // The last work day before, and five more, at eight in the morning.
        let before = Self.workDays(before: day, count: 6)
        let start = before.first?.at(7) ?? day.at(7)
        let player = try DayPlayer(
            stack, sender, Staff(city: city, seed: seed, day: day), database, from: start, speed: speed, progress)
        try await sender.set(start)
        progress.say("listing \(try city.entries().count) entries of the directory")
        try await sender.list(try city.entries())
        if receiver != nil { try await sender.list(contacts: city.contacts) }
        try await player.begin()

        progress.say("the six work days before: cases that are carried over")
        for earlier in before {
            let script = DayScript(city, seed: seed, day: earlier, complaints: texts, isWhole: false)
            try await player.play(
                script.inputs.filter(Self.isCarriedOver), until: earlier.at(22), grain: .seconds(1_800))
        }
        progress.say("the day itself")
        let script = DayScript(city, seed: seed, day: day, complaints: texts)
        let first = player.steps
        var killer = Killer(stack: stack, seed: seed, kills: kills, steps: 150)

        try await player.play(script.inputs, until: day.at(22)) { step in
            try await killer.maybeKill(step - first)
        }
        let seconds = Double((ContinuousClock.now - started).wholeMilliseconds) / 1_000

        progress.say("where the time went: \(player.times.text)")
        let arrived = receiver?.counts
        let reconciliation = try await Reconciliation(stack, database).compute(player.sent, arrived)
        let digest = try await ContentDigest(database, stack).compute()
        progress.say("a set of rules tried out")
        let trial = try await DayTrial.run(sender)
        let report = try await DayReport(
            stack, database, trial, seed: seed, scale: scale, seconds: seconds, reconciliation: reconciliation,
            digest: digest,
            steps: player.steps, repeats: (arrived ?? [:]).mapValues(\.repeats),
            services: try await ServiceFigures.read(stack, database, lag: try await player.lag()))
        let stories = try await DayStories.read(database, day)
        let page = DayPage(
            report: report, stories: stories, attendance: try await DayAttendance.read(database),
            lags: progress.samples, day: day)
        await receiver?.stop()
        await sender.close()
        await database.close()
        return (report, stories, page)
    }

    /// What the days before leave open: matters that need others, and a few of the complaints; some 600 in the whole city.
    private static func isCarriedOver(_ input: PlannedInput) -> Bool {
        switch input.payload {
        case .finding(let finding):
            MatterTexts.slow.contains(finding.category) && SeededGenerator.keeps(input.id, share: 0.85)
        case .complaint: SeededGenerator.keeps(input.id, share: 0.13)
        default: false
        }
    }

    /// Weekdays that are no holidays in November 2026; the calendar proper is dispatch's.
    private static func workDays(before day: CityDay, count: Int) -> [CityDay] {
        var days: [CityDay] = []
        var candidate = day.adding(days: -1)
        while days.count < count {
            if candidate.date.weekday <= 5 { days.append(candidate) }
            candidate = candidate.adding(days: -1)
        }
        return days.reversed()
    }
}

extension SeededGenerator {
    /// Whether a thing is among the share that is kept; by its id alone.
    static func keeps(_ id: String, share: Double) -> Bool {
        var generator = SeededGenerator(seed: 7, id)
        return generator.chance(Int(share * 10_000))
    }
}
