import Contracts

/// Makes a clean day a real one: things sent twice, late, wrong, and records that nobody can read.
struct InputSpoiler {
    private var random: SeededGenerator
    private let day: CityDay
    private let city: CityPlan

    init(seed: UInt64, day: CityDay, city: CityPlan) {
        random = SeededGenerator(seed: seed, "spoiler \(day.text)")
        self.day = day
        self.city = city
    }

    mutating func spoil(_ clean: [PlannedInput]) -> [PlannedInput] {
        var inputs = clean.sorted { ($0.occurredAt, $0.id) < ($1.occurredAt, $1.id) }
        for index in inputs.indices where random.chance(DayScript.Share.late) { delay(&inputs[index]) }
        let repeats = inputs.filter { _ in random.chance(DayScript.Share.twice) }.map { repeated($0) }
        let wrong = refusals(count: max(12, inputs.count * DayScript.Share.refused / 10_000), models: inputs)
        return inputs + repeats + wrong + poison(models: inputs)
    }

    /// Mostly minutes, some hours, a few days: then it happened on a day before and is sent today.
    private mutating func delay(_ input: inout PlannedInput) {
        // Consents come first, or what follows them would earn nothing.
        if case .consent = input.payload { return }
        let roll = random.integer(0...99)
        if roll < 70 {
            input.sentAt = input.sentAt + .seconds(60 * random.integer(2...40))
        } else if roll < 95 {
            input.sentAt = input.sentAt + .seconds(3_600 * random.integer(1...3))
        } else {
            input.occurredAt = input.occurredAt - .seconds(86_400 * random.integer(1...3))
        }
    }

    /// The same thing once more, some minutes later; half of them by the other way in.
    private mutating func repeated(_ input: PlannedInput) -> PlannedInput {
        var copy = input
        copy.fate = .known
        copy.sentAt = input.sentAt + .seconds(60 * random.integer(6...20))
        if random.chance(5_000) { copy.way = input.way == .http ? .topic : .http }
        return copy
    }

    /// In turn over every reason that the simulated senders can give.
    private mutating func refusals(count: Int, models: [PlannedInput]) -> [PlannedInput] {
        let findings = models.filter { if case .finding = $0.payload { true } else { false } }
        let visits = models.filter { if case .visit = $0.payload { true } else { false } }
        guard !findings.isEmpty, !visits.isEmpty else { return [] }
        return (0..<count).map { number in
            var input = number % 2 == 0 ? random.pick(findings) : random.pick(visits)
            let original = input
            input.id = "x.\(day.text).\(number)"
            input.way = random.chance(5_000) ? .http : .topic
            switch number % 7 {
            case 0:
                input.occurredAt = input.sentAt + .seconds(86_400)
                input.fate = .refused(.future)
            case 1:
                input.occurredAt = input.sentAt - .seconds(30 * 86_400)
                input.fate = .refused(.tooOld)
            case 2:
                input.actor = city.grids.first { $0.chief != original.actor }?.chief ?? city.grids[0].chief
                input.fate = .refused(.outsideReach)
            case 3:
                input.source = "somebody-else"
                // Over HTTP the source is the token's.
                input.way = .topic
                input.fate = .refused(.unknownGateway)
            case 4:
                input.source = Gateways.hotline
                input.way = .topic
                input.fate = .refused(.notAllowed)
            case 5:
                // The id of one that has been sent, with another text.
                input = original
                input.sentAt = original.sentAt + .seconds(60 * 25)
                if case .finding(var finding) = input.payload {
                    finding.text += "（改）"
                    input.payload = .finding(finding)
                } else if case .visit(var visit) = input.payload {
                    visit.minutes = visit.minutes == 1 ? 2 : 1
                    input.payload = .visit(visit)
                }
                input.fate = .refused(.conflict)
            default:
                // An unknown unit waits up to ten seconds of machine time on a topic, so it is sent over HTTP.
                input.way = .http
                input.payload = .finding(unknownPlace())
                input.fate = .refused(.unknownUnit)
            }
            return input
        }
    }

    private func unknownPlace() -> FindingReported {
        // Towns have numbers up to 13.
        let grid = UnitCode("371082999999999") ?? city.grids[0].code
        return FindingReported(
            grid: grid, place: Place(unit: grid), category: "city-appearance.rubbish.exposed", severity: .normal,
            text: "不存在的网格")
    }

    /// One record that cannot be read on each topic that a service consumes: the gateways' own look like what they are to be,
    /// those between the services are bare bytes.
    private func poison(models: [PlannedInput]) -> [PlannedInput] {
        let noon = day.at(12)
        let action = CaseAction(
            case: .derived(from: "poison", at: noon, type: "poison", subject: "poison"), action: .accept)
        let payloads: [PlannedInput.Payload?] = [
            models.first { if case .finding = $0.payload { true } else { false } }?.payload,
            models.first { if case .complaint = $0.payload { true } else { false } }?.payload,
            models.first { if case .deed = $0.payload { true } else { false } }?.payload, .action(action),
        ]
        let bytes: [[UInt8]] = [
            Array("{not json".utf8), [0xff, 0xfe, 0x00], Array(#"{"grid":7}"#.utf8), Array("[[[[[[".utf8),
        ]
        let gateways = payloads.compactMap { $0 }.map { ($0, Topic?.none) }
        let between = Set(ServiceName.allCases.flatMap(\.consumed)).subtracting([.patrol, .hotline, .deeds, .actions])
            .sorted()
            .map { (PlannedInput.Payload.action(action), Topic?.some($0)) }
        return (gateways + between).enumerated().map { number, target in
            PlannedInput(
                id: "poison.\(day.text).\(number)", occurredAt: noon, sentAt: noon, source: Gateways.app, actor: nil,
                payload: target.0, way: .topic, fate: .dead, rawValue: bytes[number % bytes.count],
                strayTopic: target.1)
        }
    }
}
