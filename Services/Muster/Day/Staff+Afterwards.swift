import Contracts

/// What happens to what is settled.
extension Staff {
    /// Most are rated by whoever reported, as the community writes down; some are asked by a call-back.
    func review(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let roll = random.integer(0...99)
        if roll < 12 { return nil }
        if roll < 15 {
            let action = CaseAction(case: news.case, action: .sendBack, reason: "现场仍有遗留")
            return planned(action, news, by: secretary(news), after: 20...90, &random)
        }
        if roll < 25 {
            var action = CaseAction(case: news.case, action: .verify)
            action.means = .callBack
            action.satisfied = roll < 23
            return planned(action, news, by: secretary(news), after: 30...180, &random)
        }
        var action = CaseAction(case: news.case, action: .rate)
        action.rating = random.pick([2, 3, 4, 4, 4, 5, 5, 5])
        return planned(action, news, by: secretary(news), after: 30...180, &random)
    }

    /// Closed, unless whoever reported it is not content.
    func conclude(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        let isContent = news.satisfied ?? ((news.rating ?? 5) > 2)
        guard !isContent, random.chance(6_000) else {
            return act(news, .close, by: secretary(news), after: 5...30, &random)
        }
        var action = CaseAction(case: news.case, action: .reopen, reason: "回访反映问题仍未解决")
        action.grounds = .dissatisfied
        return planned(action, news, by: secretary(news), after: 5...60, &random)
    }

    /// The blower's marks, for the first department that was called.
    func judge(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard news.handling == .hard, let department = news.called.first else { return nil }
        var action = CaseAction(case: news.case, action: .judgeWhistle, department: department)
        action.judgement = WhistleJudgement(
            onTime: random.chance(8_500), rightPeople: random.chance(9_000), solved: random.chance(8_000),
            satisfied: random.chance(8_000))
        return planned(action, news, by: secretary(news), after: 10...120, &random)
    }

    /// What the department that led thinks of it.
    func assess(_ news: News, _ random: inout SeededGenerator) -> PlannedInput? {
        guard news.handling == .hard, let department = news.called.first, random.chance(4_000) else { return nil }
        var action = CaseAction(case: news.case, action: .assessWhistle, department: department)
        action.assessment = WhistleAssessment(needed: random.chance(9_000), ours: random.chance(8_500))
        return planned(action, news, by: member(department), after: 30...180, &random, mark: "assess")
    }
}
