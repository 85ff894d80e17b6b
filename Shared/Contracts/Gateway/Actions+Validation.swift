extension CaseAction {
    public func validate() throws(InvalidField) {
        try Limit.check(reason, "/reason", atMost: Limit.text)
        try Limit.check(evidence: evidence)
        try Limit.check(count: departments?.count ?? 0, "/departments", atMost: 20)
        if let rating, !(1...5).contains(rating) { throw InvalidField("/rating", "is out of range: write 1 to 5") }
        if let pause { try Limit.check(code: pause, "/pause") }
        if let category { try Limit.check(code: category, "/category") }
        if let step, step < 1 { throw InvalidField("/step", "is out of range: write the number of the step, from 1") }
        for need in needs where !need.isThere {
            throw InvalidField(need.pointer, "is missing: \(action.rawValue) needs \(need.what)")
        }
    }

    private typealias Need = (isThere: Bool, pointer: String, what: String)

    /// What an action cannot do without, in the order in which it is asked for.
    private var needs: [Need] {
        let reasoned: Need = (reason?.isEmpty == false, "/reason", "a reason")
        let ofDepartment: Need = (department != nil, "/department", "the department that it is about")
        switch action {
        case .accept, .start, .resume, .grantExtension, .resolve, .close, .approveWhistle, .endWhistle: return []
        case .refuse, .refuseExtension, .sendBack, .withdraw, .split, .refuseWhistle: return [reasoned]
        case .handOver: return [(unit != nil || person != nil, "/unit", "a unit or a person to hand over to")]
        case .pause:
            return [(pause != nil, "/pause", "one of the reasons for pauses"), (until != nil, "/until", "an end")]
        case .askExtension: return [(until != nil, "/until", "the deadline that is asked for"), reasoned]
        case .verify:
            return [
                (means != nil, "/means", "reporter, call-back or visit"),
                (satisfied != nil, "/satisfied", "true or false"),
            ]
        case .rate: return [(rating != nil, "/rating", "a rating of 1 to 5")]
        case .reopen: return [(grounds != nil, "/grounds", "dissatisfied, call-back or community"), reasoned]
        case .reclassify: return [(handling != nil, "/handling", "small, big or hard"), reasoned]
        case .correct:
            let isSome = category != nil || severity != nil || handling != nil || unit != nil
            return [(isSome, "/category", "a category, severity, handling or unit that is right"), reasoned]
        case .join: return [(into != nil, "/into", "the case that it belongs to")]
        case .supervise: return [(reason?.isEmpty == false, "/reason", "what is asked")]
        case .answer: return [(reason?.isEmpty == false, "/reason", "the answer")]
        case .blowWhistle: return [(whistle != nil, "/whistle", "its kind")]
        case .changeWhistle: return [(departments?.isEmpty == false, "/departments", "at least one department")]
        case .sign, .contact, .checkIn, .contribute, .done: return [ofDepartment]
        case .decline: return [ofDepartment, reasoned]
        case .withdrawNoShow: return [ofDepartment]
        case .decideDecline: return [ofDepartment, (granted != nil, "/granted", "true or false")]
        case .judgeWhistle: return [ofDepartment, (judgement != nil, "/judgement", "the four marks")]
        case .assessWhistle: return [ofDepartment, (assessment != nil, "/assessment", "needed and ours")]
        }
    }
}
