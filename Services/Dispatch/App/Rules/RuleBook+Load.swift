import ServiceKit

extension RuleBook {
    /// The shipped rules and those of the files that `MUSTER_DISPATCH_RULES` names.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read, `FaultyData` for one that cannot be used.
    static func load(_ environment: [String: String], beside shipped: TriageRules) throws -> RuleBook {
        var reader = ConfigurationReader(environment)
        var versions = [shipped]
        let files = reader.files(
            "MUSTER_DISPATCH_RULES", of: "further versions of the rules", example: "/etc/muster/rules-2.json")
        for (_, data) in files { versions.append(try TriageRules(file: data)) }
        try reader.finish()
        return try RuleBook(versions)
    }
}
