import Contracts

/// Who blows whistles, and who comes.
extension Staff {
    func blow(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard let community = community(news), !community.departments.isEmpty else { return nil }
        var action = CaseAction(case: news.case, action: .blowWhistle)
        action.whistle = news.severity == .urgent ? .emergency : random.pick([.enforcement, .keyWork])
        let count = min(community.departments.count, random.integer(1...3))
        action.departments = Array(community.departments.prefix(count))
        return planned(action, news, by: community.secretary, after: 10...90, &random)
    }

    /// Key work is approved by the town.
    func approve(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.chance(1_500) else {
            return act(news, .approveWhistle, by: townClerk(news), after: 5...40, &random)
        }
        let action = CaseAction(case: news.case, action: .refuseWhistle, reason: "社区可自行协调解决")
        return planned(action, news, by: townClerk(news), after: 5...40, &random)
    }

    /// Whoever blew finds that one more is needed.
    func change(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard random.chance(1_500),
            let more = community(news)?.departments.first(where: { !news.departments.contains($0) })
        else { return nil }
        let action = CaseAction(case: news.case, action: .changeWhistle, departments: news.departments + [more])
        return planned(action, news, by: secretary(news), after: 5...20, &random, mark: "change")
    }

    func decideDecline(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard let department = news.department else { return nil }
        var action = CaseAction(case: news.case, action: .decideDecline, department: department)
        action.granted = random.chance(7_000)
        return planned(action, news, by: townClerk(news), after: 10...60, &random)
    }

    /// What a department does: signs, unless there is no time for it, and comes, or declines, or never comes.
    func come(
        _ news: News, _ department: DepartmentCode, _ random: inout SeededGenerator
    ) -> [PlannedInput?] {
        var own = SeededGenerator(seed: random.next(), department.text)
        let isEmergency = news.kind == .emergency
        let inTime = isEmergency ? 5...25 : 60...600
        func part(_ kind: CaseActionKind, _ minutes: ClosedRange<Int>, _ mark: String = "") -> PlannedInput {
            var action = CaseAction(case: news.case, action: kind, department: department)
            if kind == .decline { action.reason = "不属于本单位职责" }
            return planned(
                action, news, by: member(department), after: minutes, &own, mark: department.text + mark)
        }
        let roll = own.integer(0...99)
        if roll < 6 { return [nil] }
        if roll < 12 { return [part(.decline, inTime)] }
        if isEmergency, roll < 20 {
            // It was there in time, but had no network: the word comes after the no-show.
            var word = part(.checkIn, 15...25)
            word.sentAt = word.occurredAt + .seconds(60 * own.integer(20...80))
            return [word]
        }
        let comes = part(.checkIn, roll < 22 ? (isEmergency ? 40...200 : 3_000...4_000) : inTime)
        return isEmergency ? [comes] : [part(.sign, 5...40, ".sign"), comes]
    }

    func finish(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard let department = news.department else { return nil }
        let action = CaseAction(case: news.case, action: .done, department: department)
        return planned(action, news, by: member(department), after: 30...240, &random)
    }

    func endWhistle(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        act(news, .endWhistle, by: secretary(news), after: 30...120, &random)
    }
}
