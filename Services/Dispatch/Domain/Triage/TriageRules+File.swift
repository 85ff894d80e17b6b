import Contracts

extension TriageRules {
    /// The rules as shipped.
    static func shipped() throws(FaultyData) -> TriageRules {
        try TriageRules(file: PackageResources.rules_json)
    }

    /// Reads a file of rules; see `Data/rules.json` for its form.
    ///
    /// - Throws: all faults at once, each naming its rule or category and what would be right.
    init(file bytes: [UInt8]) throws(FaultyData) {
        let file = try FaultyData.decode(RulesFile.self, from: bytes, what: "rules")
        var reader = RulesReader(file)
        guard var rules = reader.read() else { throw FaultyData(what: "rules", faults: reader.faults) }
        rules.source = bytes
        self = rules
    }
}
