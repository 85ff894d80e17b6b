import Contracts

extension CasePolicy {
    /// Reads a file of policy; see `Data/policy.json` for its form.
    ///
    /// - Throws: all faults at once, each naming its member and what would be right.
    init(calendar: WorkCalendar, triage: TriageRules, file bytes: [UInt8]) throws(FaultyData) {
        let file = try FaultyData.decode(PolicyFile.self, from: bytes, what: "policy")
        let faults = file.faults(knowing: triage)
        guard faults.isEmpty else { throw FaultyData(what: "policy", faults: faults) }
        self.init(
            calendar: calendar, triage: triage, pauses: file.pauses, longestExtension: file.extension,
            reopening: file.reopening,
            supervision: file.supervision, joining: file.joining, lateEvidence: file.lateEvidence,
            whistles: [
                .emergency: file.whistles.emergency, .enforcement: file.whistles.enforcement,
                .keyWork: file.whistles.keyWork,
            ])
    }
}

/// The JSON of a policy.
private struct PolicyFile: Codable {
    struct Whistles: Codable {
        var emergency: WhistlePolicy
        var enforcement: WhistlePolicy
        var keyWork: WhistlePolicy

        private enum CodingKeys: String, CodingKey {
            case emergency, enforcement
            case keyWork = "key-work"
        }

        var all: [(String, WhistlePolicy)] {
            [("emergency", emergency), ("enforcement", enforcement), ("key-work", keyWork)]
        }
    }

    var pauses: PausePolicy
    var `extension`: Allowance
    var reopening: Allowance
    var supervision: SupervisionPolicy
    var joining: JoiningPolicy
    var lateEvidence: Allowance
    var whistles: Whistles

    func faults(knowing triage: TriageRules) -> [String] {
        pauseFaults + joiningFaults(triage) + whistles.all.flatMap { faults($0.0, $0.1) }
            + [
                fault(supervision.dissatisfied < 1, "supervision: dissatisfied is not above 0: write 1 or more"),
                fault(supervision.passes < 2, "supervision: passes is below 2: one hand-over is nothing special"),
            ].compactMap { $0 }
    }

    private var pauseFaults: [String] {
        var faults = [fault(pauses.atMost < 1, "pauses: atMost is not above 0: write 1 or more")].compactMap { $0 }
        if pauses.reasons.isEmpty { faults.append("pauses: there is no reason: name at least one") }
        var codes: Set<String> = []
        var said: [FoldedText: String] = [:]
        for reason in pauses.reasons {
            if !Identifier.isValid(reason.code) {
                faults.append("pauses: \(reason.code) has the wrong form: \(Identifier.rule)")
            }
            if !codes.insert(reason.code).inserted { faults.append("pauses: \(reason.code) is there twice") }
            if reason.zh.isEmpty || reason.en.isEmpty {
                faults.append("pauses: \(reason.code) lacks a name: write it in both languages")
            }
            for word in [reason.code, reason.zh, reason.en] + (reason.said ?? []) {
                if word.isEmpty { faults.append("pauses: \(reason.code) is said by nothing: leave the empty word out") }
                if let other = said.updateValue(reason.code, forKey: FoldedText(word)), other != reason.code {
                    faults.append("pauses: \(word) means \(other) and \(reason.code): leave it in one of them")
                }
            }
        }
        return faults
    }

    private func joiningFaults(_ triage: TriageRules) -> [String] {
        var faults = joining.never.filter { !triage.knows($0) }.map {
            "joining: never names the unknown category \($0)"
        }
        if case .minutes = joining.settle {
        } else {
            faults.append("joining: settle is in work time: write minutes or hours on the clock")
        }
        if joining.atMost < 1 { faults.append("joining: atMost is not above 0: write 1 or more") }
        return faults
    }

    private func faults(_ name: String, _ whistle: WhistlePolicy) -> [String] {
        let supervisors = CaseDecision.supervisors
        var faults: [String] = []
        if whistle.blow.isEmpty { faults.append("whistles: nobody may blow \(name): name at least one role") }
        for role in whistle.blow where !supervisors.contains(role) {
            faults.append("whistles: \(role.rawValue) cannot blow \(name): it takes community, town or city")
        }
        if whistle.approve == .grid {
            faults.append("whistles: a grid cannot approve \(name): write community or above")
        }
        let calendar = WorkCalendar()
        let begin = Instant(milliseconds: 0)
        let arrive = calendar.due(whistle.arrive, after: begin)
        if arrive > calendar.due(whistle.complete, after: begin) {
            faults.append("whistles: \(name) is to be completed before anybody has to come: give it more time")
        }
        return faults
    }

    private func fault(_ isFault: Bool, _ text: String) -> String? { isFault ? text : nil }
}
