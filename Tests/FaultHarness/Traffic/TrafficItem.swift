import Contracts

/// One thing that a gateway sends, by whichever way.
struct TrafficItem: Sendable {
    enum Payload: Sendable {
        case visit(VisitReported)
        case finding(FindingReported)
        case complaint(ComplaintReceived)
        case deed(DeedReported)
        case consent(ConsentChanged)
        case action(CaseAction)

        var value: any EventPayload {
            switch self {
            case .visit(let value): value
            case .finding(let value): value
            case .complaint(let value): value
            case .deed(let value): value
            case .consent(let value): value
            case .action(let value): value
            }
        }

        var route: (service: ServiceName, path: String) {
            switch self {
            case .visit: (.intake, "/v1/visits")
            case .finding: (.intake, "/v1/findings")
            case .complaint: (.dispatch, "/v1/complaints")
            case .deed: (.credit, "/v1/deeds")
            case .consent: (.credit, "/v1/consents")
            case .action: (.dispatch, "/v1/actions")
            }
        }
    }

    var id: String
    var source: String
    var actor: PersonID?
    var time: Instant
    var payload: Payload
    /// Whether it was sent before: then it may be answered as known.
    var isRepeat = false

    var envelope: EventEnvelope {
        EventEnvelope(id: id, source: source, type: type(of: payload.value).type, time: time, actor: actor)
    }

    /// As an item of an upload: the payload's members, and the envelope's beside them.
    var json: JSONValue {
        get throws {
            guard
                case .object(var members) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(payload.value))
            else { throw Broken("a payload is no object") }
            members["id"] = .string(id)
            members["time"] = .string(time.description)
            if let actor { members["actor"] = .string(actor.text) }
            return .object(members)
        }
    }
}

/// Draws what the people of docs/example-directory send.
struct TrafficPlan {
    private var random: SeededGenerator
    private let seed: UInt64
    private let start: Instant
    private var made = 0

    init(seed: UInt64, start: Instant) {
        random = SeededGenerator(seed: seed, "traffic")
        self.seed = seed
        self.start = start
    }

    private static let grid = UnitCode("371082007025001")
    private static let building = UnitCode("3710820070250010001")
    private static let chief = PersonID("p-grid-1")
    private static let community = PersonID("p-community-1")

    /// Bodies that clear snow: nobody but herself can agree for a person.
    private static let bodies = (0..<40).map { Subject(kind: .socialOrganisation, id: "body-\($0)") }

    /// What is to be known before anything else: that the bodies agree to be scored.
    mutating func consents() -> [TrafficItem] {
        Self.bodies.enumerated().map { number, subject in
            TrafficItem(
                id: "k-\(seed)-\(number)", source: "app", actor: Self.chief, time: start - .seconds(60),
                payload: .consent(ConsentChanged(subject: subject, given: true)))
        }
    }

    /// - Parameter cases: open ones, for staff to act on.
    mutating func next(cases: [EventID]) -> TrafficItem? {
        guard let grid = Self.grid, let building = Self.building else { return nil }
        made += 1
        let id = "\(seed)-\(made)"
        let roll = random.below(100)
        if roll < 45 {
            // An urgent one is told by night too. One that happened hours ago has deadlines that are due at once.
            let isUrgent = random.below(4) == 0
            let finding = FindingReported(
                grid: grid, place: Place(unit: building), category: "city-appearance.rubbish.exposed",
                severity: isUrgent ? .urgent : .normal, text: "垃圾堆在楼下 \(made)")
            let time = random.below(3) == 0 ? start - .seconds(3_600 * 20) : start
            return TrafficItem(id: "f-" + id, source: "app", actor: Self.chief, time: time, payload: .finding(finding))
        }
        if roll < 65 {
            let complaint = ComplaintReceived(
                complaint: "c-" + id, channel: .phone, place: Place(unit: grid),
                category: "city-appearance.rubbish.exposed", severity: .normal, text: "楼下有垃圾 \(made)")
            return TrafficItem(id: "c-" + id, source: "hotline-12345", time: start, payload: .complaint(complaint))
        }
        if roll < 80 || cases.isEmpty {
            let deed = DeedReported(
                subject: random.pick(Self.bodies), item: "snow-cleared", unit: grid,
                evidence: ["photo-1"])
            return TrafficItem(id: "d-" + id, source: "app", actor: Self.chief, time: start, payload: .deed(deed))
        }
        let subject = random.pick(cases)
        let action: CaseAction
        let actor: PersonID?
        switch random.below(3) {
        case 0:
            let departments = ["D001", "D002"].compactMap { DepartmentCode($0) }
            action = CaseAction(case: subject, action: .blowWhistle, departments: departments, whistle: .emergency)
            actor = Self.community
        case 1: (action, actor) = (CaseAction(case: subject, action: .accept), Self.chief)
        default: (action, actor) = (CaseAction(case: subject, action: .resolve, evidence: ["photo-2"]), Self.chief)
        }
        return TrafficItem(id: "a-" + id, source: "app", actor: actor, time: start, payload: .action(action))
    }

    /// What each counts for, however many there are: a body agrees to be scored, and is on duty so many times.
    static func consent(of body: String, at time: Instant) -> TrafficItem {
        let subject = Subject(kind: .socialOrganisation, id: body)
        return TrafficItem(
            id: "k-" + body, source: "app", actor: chief, time: time - .seconds(60),
            payload: .consent(ConsentChanged(subject: subject, given: true)))
    }

    static func duty(of body: String, _ number: Int, at time: Instant) -> TrafficItem? {
        guard let grid else { return nil }
        let deed = DeedReported(
            subject: Subject(kind: .socialOrganisation, id: body), item: "emergency-duty", unit: grid,
            evidence: ["record-1"])
        return TrafficItem(id: "u-\(body)-\(number)", source: "app", actor: chief, time: time, payload: .deed(deed))
    }

    /// Of the kind that everything else is about, too, and told apart by its text.
    static func complaint(_ id: String, at time: Instant) -> TrafficItem? {
        guard let grid else { return nil }
        let complaint = ComplaintReceived(
            complaint: id, channel: .phone, place: Place(unit: grid), category: "city-appearance.rubbish.exposed",
            severity: .normal, text: "楼下有垃圾 \(id)")
        return TrafficItem(id: id, source: "hotline-12345", time: time, payload: .complaint(complaint))
    }

    static func finding(_ id: String, of chief: String, at time: Instant) -> TrafficItem? {
        guard let grid, let building else { return nil }
        let finding = FindingReported(
            grid: grid, place: Place(unit: building), category: "city-appearance.rubbish.exposed", severity: .normal,
            text: "垃圾堆在楼下 \(id)")
        return TrafficItem(id: id, source: "app", actor: PersonID(chief), time: time, payload: .finding(finding))
    }

    /// Those of four hours, seven minutes each.
    static func visits(of number: Int, storm: Int, at time: Instant) -> [TrafficItem] {
        guard let grid = UnitCode(WideDirectory.grid(number)) else { return [] }
        return (0..<34).map { visit in
            TrafficItem(
                id: "v-\(storm)-\(number)-\(visit)", source: "app", actor: PersonID(WideDirectory.chief(number)),
                time: time - .seconds(Int64(visit) * 420),
                payload: .visit(
                    VisitReported(
                        grid: grid, place: Place(unit: grid), outcome: .met, minutes: 7, note: "老人独自在家，水管漏水")))
        }
    }

    /// Two things that different people may do to the same new case.
    static func accept(_ subject: EventID, _ id: String, at time: Instant) -> TrafficItem {
        TrafficItem(
            id: "a-" + id, source: "app", actor: chief, time: time,
            payload: .action(CaseAction(case: subject, action: .accept)))
    }

    static func whistle(on subject: EventID, _ id: String, at time: Instant) -> TrafficItem {
        let departments = ["D001"].compactMap { DepartmentCode($0) }
        return TrafficItem(
            id: "a-" + id, source: "app", actor: community, time: time,
            payload: .action(
                CaseAction(case: subject, action: .blowWhistle, departments: departments, whistle: .emergency)))
    }

    /// Whether to send it twice, and by which ways.
    mutating func ways() -> (first: Way, second: Way?) {
        let first: Way = random.below(2) == 0 ? .topic : .http
        return (first, random.below(12) == 0 ? (random.below(2) == 0 ? .topic : .http) : nil)
    }

    mutating func isPoison() -> Bool { random.below(60) == 0 }

    enum Way { case topic, http }
}
