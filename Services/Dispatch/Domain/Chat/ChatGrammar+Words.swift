import Contracts

// The words that verbs take with them, in both languages.
extension ChatGrammar {
    static let handlings: [(String, Handling)] = [
        ("小事", .small), ("大事", .big), ("难事", .hard), ("small", .small), ("big", .big), ("hard", .hard),
    ]
    static let whistles: [(String, WhistleKind)] = [
        ("应急", .emergency), ("执法", .enforcement), ("攻坚", .keyWork), ("emergency", .emergency),
        ("enforcement", .enforcement), ("key-work", .keyWork), ("key work", .keyWork),
    ]
    static let leads: [(String, Void)] = [("牵头", ()), ("lead", ())]
    static let means: [(String, VerificationMeans)] = [
        ("回访", .callBack), ("现场", .visit), ("本人", .reporter), ("call-back", .callBack), ("call back", .callBack),
        ("visit", .visit), ("reporter", .reporter),
    ]
    static let settled: [(String, Bool)] = [
        ("已解决", true), ("未解决", false), ("没解决", false), ("settled", true), ("unsettled", false), ("yes", true),
        ("no", false),
    ]
    static let grounds: [(String, ReopeningGrounds)] = [
        ("不满意", .dissatisfied), ("回访", .callBack), ("社区", .community), ("dissatisfied", .dissatisfied),
        ("call-back", .callBack), ("call back", .callBack), ("community", .community),
    ]
    static let severities: [(String, Severity)] = [
        ("轻微", .minor), ("一般", .normal), ("紧急", .urgent), ("minor", .minor), ("normal", .normal), ("urgent", .urgent),
    ]

    enum Mark: CaseIterable { case onTime, rightPeople, solved, satisfied }
    static let marks: [(String, (mark: Mark, isGood: Bool))] = [
        ("准时", (.onTime, true)), ("不准时", (.onTime, false)), ("on time", (.onTime, true)), ("late", (.onTime, false)),
        ("对口", (.rightPeople, true)), ("不对口", (.rightPeople, false)), ("right people", (.rightPeople, true)),
        ("wrong people", (.rightPeople, false)),
        ("已解决", (.solved, true)), ("未解决", (.solved, false)), ("solved", (.solved, true)),
        ("unsolved", (.solved, false)),
        ("满意", (.satisfied, true)), ("不满意", (.satisfied, false)), ("satisfied", (.satisfied, true)),
        ("dissatisfied", (.satisfied, false)),
    ]
    static let allGood: [(String, Void)] = [("都好", ()), ("all good", ())]

    enum View: CaseIterable { case needed, ours }
    static let views: [(String, (view: View, isSo: Bool))] = [
        ("需要", (.needed, true)), ("不需要", (.needed, false)), ("needed", (.needed, true)),
        ("not needed", (.needed, false)), ("归我们", (.ours, true)), ("不归我们", (.ours, false)), ("ours", (.ours, true)),
        ("not ours", (.ours, false)),
    ]

    typealias Need = (Bool, String) throws(ChatFault) -> Void

    /// In any order, as long as what comes is one of them: what is right, and then why.
    func readCorrection(
        _ reader: inout ChatReader, _ command: inout ChatCommand, _ need: Need
    ) throws(ChatFault) {
        while true {
            if command.severity == nil, let severity = reader.oneOf(Self.severities) {
                command.severity = severity
            } else if command.handling == nil, let handling = reader.oneOf(Self.handlings) {
                command.handling = handling
            } else if command.category == nil, let category = reader.category() {
                command.category = category
            } else if command.unit == nil, let unit = reader.unit() {
                command.unit = unit
            } else {
                break
            }
        }
        try need(
            command.severity != nil || command.handling != nil || command.category != nil || command.unit != nil,
            "it needs what is right: a category, minor, normal or urgent, small, big or hard, or the unit")
    }

    /// All four of the blower's marks, each once: one that was left out would be a guess.
    func readMarks(_ reader: inout ChatReader, _ command: inout ChatCommand, _ need: Need) throws(ChatFault) {
        if let department = reader.department() { command.departments = [department] }
        try need(!command.departments.isEmpty, "it needs the department that is judged")
        if reader.oneOf(Self.allGood) != nil {
            command.judgement = WhistleJudgement(onTime: true, rightPeople: true, solved: true, satisfied: true)
            return
        }
        var found: [Mark: Bool] = [:]
        while let (mark, isGood) = reader.oneOf(Self.marks) {
            try need(found.updateValue(isGood, forKey: mark) == nil, "a mark is given twice")
        }
        guard let onTime = found[.onTime], let right = found[.rightPeople], let solved = found[.solved],
            let satisfied = found[.satisfied]
        else {
            return try need(
                false,
                "it needs four marks: 准时 or 不准时, 对口 or 不对口, 已解决 or 未解决, 满意 or 不满意, or 都好 for all of them")
        }
        command.judgement = WhistleJudgement(
            onTime: onTime, rightPeople: right, solved: solved, satisfied: satisfied)
    }

    func readViews(_ reader: inout ChatReader, _ command: inout ChatCommand, _ need: Need) throws(ChatFault) {
        var found: [View: Bool] = [:]
        while let (view, isSo) = reader.oneOf(Self.views) {
            try need(found.updateValue(isSo, forKey: view) == nil, "it is said twice")
        }
        guard let needed = found[.needed], let ours = found[.ours] else {
            return try need(false, "it needs 需要 or 不需要, and 归我们 or 不归我们")
        }
        command.assessment = WhistleAssessment(needed: needed, ours: ours)
    }
}
