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
        /// By when it is to be settled.
        let resolveBy: Instant
        /// By when whoever reported is to have a first answer, if any is asked for.
        let answerBy: Instant?
        let satisfied: Bool?
        let granted: Bool?
        let rating: Int?
        let kind: WhistleKind?
        /// The departments of its last whistle.
        let called: [DepartmentCode]
    }

    /// Whether somebody who looks at the case before acting still acts: it waits for them, and the action is one for its
    /// state. A few do not look, and are refused.
    func stillActs(_ input: PlannedInput, now latest: News) -> Bool {
        guard case .action(let action) = input.payload, !SeededGenerator.keeps(input.id, share: 0.02) else {
            return true
        }
        switch action.action {
        case .start: return latest.status == "accepted"
        case .accept: return latest.status == "assigned" && input.actor == responsible(latest)
        case .handOver, .resolve, .pause, .askExtension:
            return ["assigned", "accepted", "in-hand"].contains(latest.status)
        case .resume: return latest.status == "paused"
        case .rate, .verify: return latest.status == "resolved"
        case .close, .reopen: return ["resolved", "rated", "verified"].contains(latest.status)
        default: return true
        }
    }

    /// The next action that the news leads to, if any.
    func react(to news: News) -> [PlannedInput] {
        var random = SeededGenerator(seed: seed, "\(news.case) \(news.sequence)")
        let actions: [PlannedInput?] =
            switch news.type {
            case CaseOpened.type: [accept(news, &random), supervise(news, &random)]
            case CaseHandedOver.type, CaseReopened.type, CaseSplit.type: [accept(news, &random)]
            case CaseAccepted.type: [begin(news, &random) ?? work(news, &random), correct(news, &random)]
            case CaseStarted.type where news.answerBy != nil: [work(news, &random)]
            case CaseStarted.type, CaseResumed.type, CaseExtensionDecided.type, CaseSentBack.type, WhistleRefused.type:
                [settle(news, &random)]
            case CasePaused.type: [resume(news, &random)]
            case CaseExtensionAsked.type: [decideExtension(news, &random)]
            case CaseJoinedTo.type: [split(news, &random)]
            case CaseClimbed.type: [takeOver(news, &random), answer(news, &random)]
            case CaseSupervised.type: [answer(news, &random)]
            case CaseResolved.type: [review(news, &random)]
            case CaseRated.type, CaseVerified.type: [conclude(news, &random)]
            case CaseClosed.type: [judge(news, &random), assess(news, &random)]
            default: whistle(news, &random)
            }
        return actions.compactMap { $0 }
    }

    func whistle(_ news: News, _ random: inout SeededGenerator) -> [PlannedInput?] {
        switch news.type {
        case WhistleAsked.type: [approve(news, &random)]
        case WhistleBlown.type: news.departments.flatMap { come(news, $0, &random) } + [change(news, &random)]
        case WhistleDeclined.type: [decideDecline(news, &random)]
        case WhistleCheckedIn.type: [finish(news, &random)]
        case WhistleDone.type: [endWhistle(news, &random)]
        case WhistleEnded.type: [act(news, .resolve, by: secretary(news), after: 10...60, &random)]
        default: []
        }
    }

    // MARK: People

    func responsible(_ news: News) -> PersonID? {
        if let person = news.owner?.person { return person }
        let unit = news.owner?.unit ?? news.unit
        switch unit.level {
        case .city: return CityPlan.centre
        case .town: return PersonID("p-town-\(unit)")
        case .community: return PersonID("p-community-\(unit)")
        default: return unit.ancestor(at: .grid).flatMap { PersonID("p-grid-\($0)") }
        }
    }

    func secretary(_ news: News) -> PersonID? {
        news.unit.ancestor(at: .community).flatMap { PersonID("p-community-\($0)") }
    }

    func townClerk(_ news: News) -> PersonID? {
        news.unit.ancestor(at: .town).flatMap { PersonID("p-town-\($0)") }
    }

    func member(_ department: DepartmentCode) -> PersonID? { PersonID("p-department-\(department)") }

    func community(_ news: News) -> CityPlan.Community? {
        let code = news.unit.ancestor(at: .community)
        return city.communities.first { $0.code == code }
    }

    // MARK: Actions

    func act(
        _ news: News, _ kind: CaseActionKind, by person: PersonID?, after minutes: ClosedRange<Int>,
        _ random: inout SeededGenerator
    ) -> PlannedInput {
        planned(CaseAction(case: news.case, action: kind), news, by: person, after: minutes, &random)
    }

    func planned(
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
