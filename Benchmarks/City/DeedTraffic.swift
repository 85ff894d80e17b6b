import Contracts
import Kafka

/// What residents do for others, told by the chiefs of their grids: many deeds a person, of items whose caps and curves bite.
struct DeedTraffic: Sendable {
    let traffic: Traffic
    /// Names the people of one run, who are no other run's.
    let series: String
    let people: Int
    let each: Int

    /// What a person does again and again, and how much of it the item counts: by the default rules most have a cap of four or so
    /// a month, the snow one a day, and what is given has a curve over the year.
    private enum Deed {
        case plain(String)
        case given(String, ClosedRange<Int>)
        case hours(ClosedRange<Int>)
    }

    private static let deeds: [Deed] = [
        .plain("snow-cleared"), .plain("neighbour-told"), .plain("elder-called-on"), .plain("elder-accompanied"),
        .plain("clean-up-joined"), .plain("danger-warned"), .plain("night-watched"), .plain("sorting-guided"),
        .plain("skill-shared"), .plain("dispute-settled"), .hours(50...600), .hours(50...600),
        .given("gift", 100...3_000), .given("goods-donated", 200...900), .given("lost-property-returned", 100...2_000),
    ]

    private static let day: Int64 = 86_400_000

    /// Everybody agrees to be scored, before anything else.
    func consents(at now: Instant) throws -> [OutgoingRecord] {
        try (0..<people).map { person in
            let subject = subject(person)
            return try traffic.record(
                ConsentChanged(subject: subject, given: true),
                EventEnvelope(
                    id: "\(traffic.id(series, person))-consent", source: "app", type: ConsentChanged.type,
                    time: Instant(milliseconds: now.milliseconds - 13 * Self.day - Self.day / 2),
                    actor: PersonID(subject.id)))
        }
    }

    /// Of the last eleven days, in the order in which they were done: so neighbours in time are other people's.
    func deeds(_ numbers: Range<Int>, at now: Instant) throws -> [OutgoingRecord] {
        try records(numbers, from: now.milliseconds - 11 * Self.day, over: 11 * Self.day - 3_600_000, of: count, "deed")
    }

    /// Told late: of the two days before all others, so that what others earned is to be taken back.
    func lateDeeds(_ numbers: Range<Int>, at now: Instant) throws -> [OutgoingRecord] {
        try records(numbers, from: now.milliseconds - 13 * Self.day, over: 2 * Self.day, of: lateCount, "late")
    }

    var count: Int { people * each }
    /// A tenth of them.
    var lateCount: Int { count / 10 }

    private func records(
        _ numbers: Range<Int>, from begin: Int64, over span: Int64, of total: Int, _ name: String
    ) throws -> [OutgoingRecord] {
        try numbers.map { number in
            let person = number % people
            let (grid, chief) = traffic.grid(person)
            let time = Instant(milliseconds: begin + span * Int64(number) / Int64(total))
            func envelope(_ type: String) -> EventEnvelope {
                EventEnvelope(
                    id: "\(traffic.id(series, number))-\(name)", source: "app", type: type, time: time, actor: chief)
            }
            // The same in each run, and as good as drawn by lot.
            let lot = Int(truncatingIfNeeded: (UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 33)
            switch Self.deeds[lot % Self.deeds.count] {
            case .plain(let item):
                return try traffic.record(
                    DeedReported(subject: subject(person), item: item, unit: grid, evidence: ["photo-\(number)"]),
                    envelope(DeedReported.type))
            case .given(let item, let range):
                return try traffic.record(
                    DeedReported(
                        subject: subject(person), item: item, unit: grid, quantity: amount(lot, range),
                        evidence: ["receipt-\(number)"]),
                    envelope(DeedReported.type))
            case .hours(let range):
                return try traffic.record(
                    HoursReported(
                        subject: subject(person), hours: amount(lot, range), activity: "street-watch", unit: grid),
                    envelope(HoursReported.type))
            }
        }
    }

    private func amount(_ lot: Int, _ range: ClosedRange<Int>) -> Int {
        range.lowerBound + lot / Self.deeds.count % (range.upperBound - range.lowerBound + 1)
    }

    private func subject(_ person: Int) -> Subject {
        Subject(kind: .resident, id: "p-\(traffic.id(series, person))")
    }
}
