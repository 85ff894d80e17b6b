import Contracts

@testable import muster_dispatch

/// A complaint becomes a case, and somebody accepts it.
enum DispatchParts {
    static func all() throws -> [Part] {
        guard let grid = EventParts.grid, let chief = EventParts.chief else { return [] }
        let opening = EventParts.opening
        let policy = try CasePolicy.shipped()
        let directory = DirectoryView(
            units: [grid: UnitListed(unit: grid, name: "一网格", retired: nil)],
            postings: [
                chief: [Posting(role: .gridChief, unit: grid, from: Instant(milliseconds: 0), to: nil)]
            ], departments: [:])
        let decision = CaseDecision(directory: directory, policy: policy)
        let text = "市民来电反映楼下商户夜间噪音很大无法休息，暖气管道漏水，希望尽快处理，电话13812345678"
        let matter = Matter(
            origin: .complaint, category: nil, severity: .normal, text: text, unit: grid)
        let cause = EventEnvelope(
            id: "complaint-1", source: "hotline", type: ComplaintReceived.type, time: opening, actor: chief)
        // The chief's to settle, who accepts it.
        let rubbish = Matter(
            origin: .complaint, category: "city-appearance.rubbish.exposed", severity: .normal, text: text, unit: grid)
        let triage = policy.triage.triage(rubbish)
        let id = EventID.derived(from: "hotline", at: opening, type: "case", subject: "1")
        let opened = decision.open(rubbish, triage, as: id, number: 7, chief: chief, cause)
        let accept = CaseAction(case: id, action: .accept)
        let state = try EventJSON.encode(opened.state)
        let searched = SearchText(text)
        return [
            Part("decide: triage of a complaint by its words") {
                policy.triage.triage(matter).category.utf8.count
            },
            Part("decide: a matter becomes a case, with its deadlines in work hours") {
                decision.open(rubbish, triage, as: id, number: 7, chief: chief, cause).state.version
            },
            Part("decide: its owner accepts it") {
                if case .success(let changes) = decision.decide(accept, on: opened.state, cause) {
                    changes.count
                } else {
                    0
                }
            },
            Part("decide: what of a text is searched, personal data left out") {
                SearchText(text).tokens.count
            },
            Part("encode: its keys in the search, three units") {
                SearchIndex.keys(of: searched, at: grid, openedAt: opening).count
            },
            Part("encode: a case's state") { try EventJSON.encode(opened.state).count },
            Part("decode: a case's state") {
                try EventJSON.decode(CaseState.self, from: state).version
            },
        ]
    }
}
