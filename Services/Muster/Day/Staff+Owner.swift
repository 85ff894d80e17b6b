import Contracts

/// What a case's owner does, and those above.
extension Staff {
    func accept(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
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

    /// Most give a first answer where one is asked for, and then go about it; nil for the others.
    func begin(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard news.answerBy != nil, random.chance(8_500) else { return nil }
        return act(news, .start, by: responsible(news), after: news.severity == .urgent ? 2...15 : 10...60, &random)
    }

    func work(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let roll = random.integer(0...99)
        let blows = news.handling == .hard ? roll < 90 : news.handling == .big && roll < 25
        if blows { return blow(news, &random) }
        if roll > 95 { return nil }
        if roll > 70, roll < 82, news.type == CaseAccepted.type {
            return act(news, .start, by: responsible(news), after: 10...60, &random)
        }
        if news.handling != .small, roll > 84 {
            return roll > 90 ? pause(news, &random) : askExtension(news, &random)
        }
        if news.at < day.midnight { return settleOnTheDay(news, &random) }
        return act(news, .resolve, by: responsible(news), after: settling(news), &random)
    }

    /// In minutes: what is urgent first; what needs others longer.
    func settling(_ news: News) -> ClosedRange<Int> {
        if news.severity == .urgent { return 15...80 }
        return news.handling == .small ? 15...200 : 60...480
    }

    /// What the days before leave to this one: most of it is settled in the course of it, some not even then.
    func settleOnTheDay(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.integer(0...99) < 75 else { return nil }
        let opening = Int((day.at(8).milliseconds - news.at.milliseconds) / 60_000)
        return act(news, .resolve, by: responsible(news), after: opening...(opening + 600), &random)
    }

    func settle(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        act(news, .resolve, by: responsible(news), after: settling(news), &random)
    }

    func pause(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        var action = CaseAction(case: news.case, action: .pause)
        action.pause = random.pick(["waiting-for-parts", "waiting-for-resident", "waiting-for-third-party"])
        action.until = news.at + .seconds(3_600 * random.integer(6...30))
        return planned(action, news, by: responsible(news), after: 10...60, &random)
    }

    /// Half of them go on before the pause is over; the others when it ends by itself.
    func resume(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.chance(5_000) else { return nil }
        return act(news, .resume, by: responsible(news), after: 90...300, &random)
    }

    func askExtension(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        var action = CaseAction(case: news.case, action: .askExtension, reason: "需协调多方，申请延期")
        action.until = news.resolveBy + .seconds(86_400 * random.integer(1...3))
        return planned(action, news, by: responsible(news), after: 10...90, &random)
    }

    /// The level above the owner's decides.
    func decideExtension(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let unit = news.owner?.unit ?? news.unit
        let above = unit.level == .grid ? secretary(news) : unit.level == .community ? townClerk(news) : CityPlan.centre
        var action = CaseAction(case: news.case, action: .grantExtension)
        if random.chance(2_000) { action = CaseAction(case: news.case, action: .refuseExtension, reason: "时间充足，不予延期") }
        return planned(action, news, by: above, after: 10...90, &random)
    }

    /// Somebody above keeps an eye on what is urgent.
    func supervise(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard news.severity == .urgent, random.chance(1_500) else { return nil }
        let action = CaseAction(case: news.case, action: .supervise, reason: "请说明处理进展")
        return planned(action, news, by: townClerk(news), after: 10...30, &random, mark: "supervise")
    }

    func correct(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard news.severity == .minor, random.chance(1_500) else { return nil }
        var action = CaseAction(case: news.case, action: .correct, reason: "影响较大，按一般件处理")
        action.severity = .normal
        return planned(action, news, by: secretary(news), after: 2...14, &random, mark: "correct")
    }

    /// What was joined by itself is not always the same matter.
    func split(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.chance(2_500) else { return nil }
        let action = CaseAction(case: news.case, action: .split, reason: "非同一事项")
        return planned(action, news, by: secretary(news), after: 15...90, &random)
    }

    /// A climb is a step of supervision, which the owner answers for.
    func answer(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.chance(6_000), news.department == nil else { return nil }
        var action = CaseAction(case: news.case, action: .answer, reason: "已安排人员处理")
        action.step = news.sequence
        return planned(action, news, by: responsible(news), after: 20...120, &random, mark: "answer")
    }

    /// Whoever a case has climbed to sees to it that it is accepted, or settled.
    func takeOver(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.integer(0...99) < 85 else { return nil }
        let isUrgent = news.severity == .urgent
        guard news.status == "assigned" else {
            return act(news, .resolve, by: responsible(news), after: isUrgent ? 10...40 : 30...180, &random)
        }
        return act(news, .accept, by: responsible(news), after: isUrgent ? 2...15 : 10...60, &random)
    }
}
