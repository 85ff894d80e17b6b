import FoundationEssentials
import ServiceKit

extension RuleBook {
    /// The shipped rules and those of the files that `MUSTER_DISPATCH_RULES` names.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read, `FaultyData` for one that cannot be used.
    static func load(_ environment: [String: String], beside shipped: TriageRules) throws -> RuleBook {
        let variable = "MUSTER_DISPATCH_RULES"
        var reader = ConfigurationReader(environment)
        var versions = [shipped]
        for path in (reader.optional(variable) ?? "").split(separator: ":").map(String.init) {
            guard let data = FileManager.default.contents(atPath: path) else {
                reader.add(
                    variable, seen: path, "paths of files with further versions of the rules, separated by colons",
                    "/etc/muster/rules-2.json")
                continue
            }
            versions.append(try TriageRules(file: [UInt8](data)))
        }
        try reader.finish()
        return try RuleBook(versions)
    }
}
