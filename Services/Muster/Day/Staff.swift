import Contracts

/// The simulated staff: what each does next follows from what happened to the case, and from the seed. Some are late, some
/// hand over, some never come.
struct Staff: Sendable {
    let city: CityPlan
    let seed: UInt64
    /// The day that is played. What came in on the days before is mostly still open when it begins.
    let day: CityDay

    /// Something that happened to a case, as those who are concerned heard of it.
    struct News: Sendable {
        let `case`: EventID
        let sequence: Int
        let type: String
        let at: Instant
        let unit: UnitCode
        let owner: Owner?
        let handling: Handling
        let severity: Severity
        let departments: [DepartmentCode]
        let department: DepartmentCode?
        /// As it is now: more may have happened since.
        let status: String
    }

    /// Whether somebody who looks at the case before acting still acts: it waits for them, and the action is one for its
    /// state. A few do not look, and are refused.
    func stillActs(_ input: PlannedInput, now latest: News) -> Bool {
        guard case .action(let action) = input.payload, !SeededGenerator.keeps(input.id, share: 0.02) else {
            return true
        }
        switch action.action {
        case .accept: return latest.status == "assigned" && input.actor == responsible(latest)
        case .handOver, .resolve: return ["assigned", "accepted"].contains(latest.status)
        default: return true
        }
    }

    /// The next action that the news leads to, if any.
    func react(to news: News) -> [PlannedInput] {
        var random = SeededGenerator(seed: seed, "\(news.case) \(news.sequence)")
        switch news.type {
        case CaseOpened.type, CaseHandedOver.type: return [accept(news, &random)].compactMap { $0 }
        case CaseAccepted.type: return [work(news, &random)].compactMap { $0 }
        case CaseClimbed.type: return [takeOver(news, &random)].compactMap { $0 }
        case WhistleAsked.type: return [act(news, .approveWhistle, by: townClerk(news), after: 5...40, &random)]
        case WhistleBlown.type: return news.departments.compactMap { answer(news, $0, &random) }
        case WhistleCheckedIn.type: return [finish(news, &random)].compactMap { $0 }
        case WhistleDone.type: return [endWhistle(news, &random)].compactMap { $0 }
        case WhistleEnded.type: return [act(news, .resolve, by: secretary(news), after: 10...60, &random)]
        case CaseResolved.type: return [rate(news, &random)].compactMap { $0 }
        case CaseRated.type: return [act(news, .close, by: secretary(news), after: 5...30, &random)]
        default: return []
        }
    }

    // MARK: The owner

    private func accept(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let person = responsible(news)
        switch random.integer(0...99) {
        case 0..<3: return nil
        case 3..<8 where news.owner?.unit.level == .grid:
            var action = CaseAction(case: news.case, action: .handOver, reason: "超出网格职责")
            action.unit = news.unit.ancestor(at: .community)
            return planned(action, news, by: person, after: 5...25, &random)
        default: return act(news, .accept, by: person, after: news.severity == .urgent ? 2...18 : 5...55, &random)
        }
    }

    private func work(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let roll = random.integer(0...99)
        let blows = news.handling == .hard ? roll < 90 : news.handling == .big && roll < 25
        if blows { return blow(news, &random) }
        if roll > 95 { return nil }
        if news.at < day.midnight { return settleOnTheDay(news, &random) }
        return act(news, .resolve, by: responsible(news), after: settling(news), &random)
    }

    /// In minutes: what is urgent first; what needs others longer.
    private func settling(_ news: News) -> ClosedRange<Int> {
        if news.severity == .urgent { return 15...80 }
        return news.handling == .small ? 15...200 : 60...480
    }

    /// What the days before leave to this one: most of it is settled in the course of it, some not even then.
    private func settleOnTheDay(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.integer(0...99) < 75 else { return nil }
        let opening = Int((day.at(8).milliseconds - news.at.milliseconds) / 60_000)
        return act(news, .resolve, by: responsible(news), after: opening...(opening + 600), &random)
    }

    /// Whoever a case has climbed to sees to it that it is accepted, or settled.
    private func takeOver(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.integer(0...99) < 85 else { return nil }
        let isUrgent = news.severity == .urgent
        guard news.status == "assigned" else {
            return act(news, .resolve, by: responsible(news), after: isUrgent ? 10...40 : 30...180, &random)
        }
        return act(news, .accept, by: responsible(news), after: isUrgent ? 2...15 : 10...60, &random)
    }

    // MARK: The whistle

    private func blow(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard let community = community(news), !community.departments.isEmpty else { return nil }
        var action = CaseAction(case: news.case, action: .blowWhistle)
        action.whistle = news.severity == .urgent ? .emergency : random.pick([.enforcement, .keyWork])
        let count = min(community.departments.count, random.integer(1...3))
        action.departments = Array(community.departments.prefix(count))
        return planned(action, news, by: community.secretary, after: 10...90, &random)
    }

    private func answer(
        _ news: News, _ department: DepartmentCode, _ random: inout SeededGenerator
    ) -> PlannedInput? {
        var own = SeededGenerator(seed: random.next(), department.text)
        let isEmergency = news.severity == .urgent
        let inTime = isEmergency ? 5...25 : 60...600
        let late = isEmergency ? 40...200 : 3_000...4_000
        switch own.integer(0...99) {
        case 0..<6: return nil
        case 6..<12:
            var action = CaseAction(case: news.case, action: .decline, department: department, reason: "不属于本单位职责")
            action.department = department
            return planned(action, news, by: member(department), after: inTime, &own, mark: department.text)
        case 12..<22:
            let action = CaseAction(case: news.case, action: .checkIn, department: department)
            return planned(action, news, by: member(department), after: late, &own, mark: department.text)
        default:
            let action = CaseAction(case: news.case, action: .checkIn, department: department)
            return planned(action, news, by: member(department), after: inTime, &own, mark: department.text)
        }
    }

    private func finish(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard let department = news.department else { return nil }
        let action = CaseAction(case: news.case, action: .done, department: department)
        return planned(action, news, by: member(department), after: 30...240, &random)
    }

    private func endWhistle(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        act(news, .endWhistle, by: secretary(news), after: 30...120, &random)
    }

    private func rate(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.integer(0...99) < 85 else { return nil }
        var action = CaseAction(case: news.case, action: .rate)
        action.rating = random.pick([2, 3, 4, 4, 4, 5, 5, 5])
        return planned(action, news, by: secretary(news), after: 30...180, &random)
    }

    // MARK: People

    private func responsible(_ news: News) -> PersonID? {
        if let person = news.owner?.person { return person }
        let unit = news.owner?.unit ?? news.unit
        switch unit.level {
        case .city: return CityPlan.centre
        case .town: return PersonID("p-town-\(unit)")
        case .community: return PersonID("p-community-\(unit)")
        default: return unit.ancestor(at: .grid).flatMap { PersonID("p-grid-\($0)") }
        }
    }

    private func secretary(_ news: News) -> PersonID? {
        news.unit.ancestor(at: .community).flatMap { PersonID("p-community-\($0)") }
    }

    private func townClerk(_ news: News) -> PersonID? {
        news.unit.ancestor(at: .town).flatMap { PersonID("p-town-\($0)") }
    }

    private func member(_ department: DepartmentCode) -> PersonID? { PersonID("p-department-\(department)") }

    private func community(_ news: News) -> CityPlan.Community? {
        let code = news.unit.ancestor(at: .community)
        return city.communities.first { $0.code == code }
    }

    // MARK: Actions

    private func act(
        _ news: News, _ kind: CaseActionKind, by person: PersonID?, after minutes: ClosedRange<Int>,
        _ random: inout SeededGenerator
    ) -> PlannedInput {
        planned(CaseAction(case: news.case, action: kind), news, by: person, after: minutes, &random)
    }

    private func planned(
        _ action: CaseAction, _ news: News, by person: PersonID?, after minutes: ClosedRange<Int>,
        _ random: inout SeededGenerator, mark: String = ""
    ) -> PlannedInput {
        var time = news.at + .seconds(60 * random.integer(minutes) + random.integer(0...59))
        if news.severity != .urgent { time = CityDay.awake(time, upTo: random.integer(0...5_400)) }
        let way = random.chance(DayScript.Share.overHTTP) ? PlannedInput.Way.http : .topic
        return PlannedInput(
            id: "a.\(news.case).\(news.sequence)\(mark.isEmpty ? "" : ".\(mark)")", occurredAt: time, sentAt: time,
            source: Gateways.bot, actor: person, payload: .action(action), way: way)
    }
}
