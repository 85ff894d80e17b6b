import Contracts

/// Draws the inputs of a day, each kind from a generator of its own.
struct DayDrawer {
    let city: CityPlan
    let day: CityDay
    let seed: UInt64
    let complaints: ComplaintTexts
    private(set) var inputs: [PlannedInput] = []
    /// The day's findings, for complaints about the same matter.
    private var findings: [FindingReported] = []

    init(city: CityPlan, day: CityDay, seed: UInt64, complaints: ComplaintTexts) {
        self.city = city
        self.day = day
        self.seed = seed
        self.complaints = complaints
    }

    private func generator(_ name: String) -> SeededGenerator { SeededGenerator(seed: seed, "\(day.text) \(name)") }

    private mutating func add(
        _ id: String, at time: Instant, from source: String, by actor: PersonID?, _ payload: PlannedInput.Payload,
        _ random: inout SeededGenerator
    ) {
        let way = random.chance(DayScript.Share.overHTTP) ? PlannedInput.Way.http : .topic
        inputs.append(
            PlannedInput(
                id: id, occurredAt: time, sentAt: time, source: source, actor: actor, payload: payload, way: way))
    }

    /// Two rounds of two hours for each grid chief, 15 to 20 visits an hour.
    mutating func drawPatrols(visits: Bool) {
        for (index, grid) in city.grids.enumerated() {
            var random = generator("patrol \(grid.code)")
            var number = 0
            for hour in [8, 9, 14, 15] {
                let count = random.integer(15...20)
                for turn in 0..<count {
                    let second = 1_800 + 3_600 * turn / count + random.integer(0...59) + index % 60
                    let time = Instant(milliseconds: day.at(hour).milliseconds + Int64(second) * 1_000)
                    let building = random.pick(grid.buildings)
                    let hasFinding = random.chance(DayScript.Share.finding)
                    let id = "\(day.text).\(grid.code).\(number)"
                    number += 1
                    if visits { visit("v.\(id)", grid, building, time, minutes: 60 / count, &random) }
                    if hasFinding { finding("f.\(id)", grid, building, time, visit: "v.\(id)", &random) }
                }
            }
        }
    }

    private mutating func visit(
        _ id: String, _ grid: CityPlan.Grid, _ building: UnitCode, _ time: Instant, minutes: Int,
        _ random: inout SeededGenerator
    ) {
        let outcome = random.pick([VisitReported.Outcome.met, .met, .met, .met, .nobody, .nobody, .refused])
        var facts: [RegisterFact]?
        if outcome == .met, random.chance(2_000) {
            facts = [
                RegisterFact(
                    register: .homes, subject: "home.\(building).\(random.integer(1...40))", attribute: "residents",
                    value: "\(random.integer(1...5))")
            ]
        }
        let payload = VisitReported(
            grid: grid.code, place: Place(unit: building, label: "\(random.integer(1...6))0\(random.integer(1...4))室"),
            outcome: outcome, minutes: minutes, facts: facts)
        add(id, at: time, from: Gateways.app, by: grid.chief, .visit(payload), &random)
    }

    private mutating func finding(
        _ id: String, _ grid: CityPlan.Grid, _ building: UnitCode, _ time: Instant, visit: String,
        _ random: inout SeededGenerator
    ) {
        let matter = random.pick(MatterTexts.findings)
        let payload = FindingReported(
            grid: grid.code, place: Place(unit: building), category: matter.category,
            severity: random.pick([
                .minor, .minor, .normal, .normal, .normal, .normal, .normal, .normal, .normal, .urgent,
            ]),
            text: matter.text, visit: visit)
        findings.append(payload)
        add(id, at: time, from: Gateways.app, by: grid.chief, .finding(payload), &random)
    }

    /// About one complaint for two findings; some are about what a patrol saw the same day.
    mutating func drawComplaints() {
        var random = generator("complaints")
        let count = max(4, city.grids.count)
        for number in 0..<count {
            let time = Instant(
                milliseconds: day.at(8).milliseconds + Int64(random.integer(0...(11 * 3_600))) * 1_000)
            let id = "c.\(day.text).\(number)"
            let isAboutFinding = random.chance(DayScript.Share.complaintAboutFinding) && !findings.isEmpty
            let payload: ComplaintReceived
            if isAboutFinding {
                let finding = random.pick(findings)
                payload = ComplaintReceived(
                    complaint: id, channel: random.pick([.phone, .chat, .app]), place: finding.place,
                    category: finding.category, severity: finding.severity, text: finding.text)
            } else {
                let community = random.pick(city.communities)
                payload = ComplaintReceived(
                    complaint: id, channel: random.pick([.phone, .phone, .chat, .app]),
                    place: Place(unit: random.chance(7_000) ? random.pick(community.grids).code : community.code),
                    severity: random.pick([.minor, .normal, .normal, .normal, .normal, .urgent]),
                    text: complaints.text(number, &random))
            }
            add(id, at: time, from: Gateways.hotline, by: nil, .complaint(payload), &random)
        }
    }

    /// Nine in ten residents who earn credit have consented; it is the first thing that they send.
    mutating func drawConsents() {
        var random = generator("consents")
        for grid in city.grids {
            let chief = ConsentChanged(subject: Subject(kind: .communityWorker, id: grid.chief.text), given: true)
            add(
                "k.\(day.text).\(grid.chief)", at: day.at(7, 55), from: Gateways.app, by: grid.chief, .consent(chief),
                &random)
            for resident in grid.residents where random.chance(9_000) {
                let payload = ConsentChanged(subject: Subject(kind: .resident, id: resident), given: true)
                add(
                    "k.\(day.text).\(resident)", at: day.at(7, 55), from: Gateways.app, by: PersonID(resident),
                    .consent(payload), &random)
            }
        }
    }

    mutating func drawDeeds() {
        var random = generator("deeds")
        for grid in city.grids {
            for number in 0..<random.integer(1...3) {
                let resident = random.pick(grid.residents)
                let time = Instant(
                    milliseconds: day.at(9).milliseconds + Int64(random.integer(0...(9 * 3_600))) * 1_000)
                let subject = Subject(kind: .resident, id: resident)
                if random.chance(6_000) {
                    add(
                        "d.\(day.text).\(grid.code).\(number)", at: time, from: Gateways.app, by: grid.chief,
                        .deed(
                            DeedReported(
                                subject: subject, item: random.pick(MatterTexts.deeds), unit: grid.code,
                                evidence: ["photo.\(day.text).\(grid.code).\(number)"])),
                        &random)
                } else {
                    add(
                        "h.\(day.text).\(grid.code).\(number)", at: time, from: Gateways.app, by: grid.chief,
                        .hours(
                            HoursReported(
                                subject: subject, hours: random.integer(1...8) * 50, activity: "patrol-help",
                                unit: grid.code)),
                        &random)
                }
            }
        }
    }
}
