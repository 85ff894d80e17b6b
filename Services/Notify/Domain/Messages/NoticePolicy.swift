import Contracts

/// The rules and the texts they speak in, checked against each other.
struct NoticePolicy: Sendable {
    let rules: NoticeRules
    let catalogue: Catalogue
    let time: CityTime

    /// - Throws: `FaultyNotices`, which names all faults, each with its rule or template.
    init(rules: NoticeRules, catalogue: Catalogue, time: CityTime) throws(FaultyNotices) {
        var faults: [String] = []
        for rule in rules.rules {
            guard let texts = catalogue.templates[rule.template] else {
                faults.append("rule \(rule.id): template \(rule.template) is not in the catalogue")
                continue
            }
            let known = Occasion.fields(of: rule.event) ?? []
            for (language, text) in texts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                for field in text.fields.subtracting(known).sorted(by: { $0.rawValue < $1.rawValue }) {
                    faults.append(
                        "rule \(rule.id): template \(rule.template), \(language.rawValue), has the placeholder "
                            + "{\(field.rawValue)}, which \(rule.event) does not have")
                }
            }
        }
        let unused = Set(catalogue.templates.keys).subtracting(rules.rules.map(\.template))
        faults += unused.sorted().map { "template \($0): no rule uses it" }
        guard faults.isEmpty else { throw FaultyNotices(faults: faults) }
        self.rules = rules
        self.catalogue = catalogue
        self.time = time
    }

    /// - Parameters:
    ///   - rules: a `RulesFile`; else the rules that come with the service.
    ///   - messages: a catalogue; else the texts that come with the service.
    /// - Throws: `FaultyNotices`.
    static func load(
        rules: [UInt8]? = nil, messages: [UInt8]? = nil, time: CityTime = CityTime()
    ) throws(FaultyNotices) -> NoticePolicy {
        try NoticePolicy(
            rules: NoticeRules(json: rules ?? PackageResources.rules_json, time: time),
            catalogue: Catalogue(json: messages ?? PackageResources.messages_json), time: time)
    }
}
