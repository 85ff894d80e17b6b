import Contracts
import Crypto
import FoundationEssentials
import Postgres
import ServiceKit

/// The versions of the rules that have been in use, by the digest of what they say.
///
/// An entry names the version that it follows from. Were the terms of a version changed afterwards, every entry of its time would be
/// taken back and made anew, and people would be told: so settling stops instead, until the rules are as they were, or
/// the change is a version of its own.
enum RuleRegister {
    struct Row: Equatable {
        let number: Int
        let digest: [UInt8]
    }

    static let all = Request(
        Statement("rule_version_all", "select number, digest from rule_version"), Parameters())

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [Row] {
        try result.rows(as: Int32.self, Bytes.self).map { Row(number: Int($0.0), digest: $0.1.bytes) }
    }

    /// Enters the versions that are in force for the first time.
    ///
    /// - Throws: `RulesChanged` for one that says something else than it did.
    static func check(
        _ rules: CreditRules, against register: [Row], at now: Instant, _ effects: inout Effects
    ) throws {
        for version in rules.versions where version.from <= now {
            let digest = SHA256.digest(of: try EventJSON.encode(version.terms)).bytes
            if let known = register.first(where: { $0.number == version.number }) {
                guard known.digest == digest else { throw RulesChanged(version: version.number) }
            } else {
                effects.run(
                    enter,
                    Parameters(Int32(version.number), Bytes(digest), Timestamp(version.from), Timestamp(now)))
            }
        }
    }

    private static let enter = Statement(
        "rule_version_enter",
        """
        insert into rule_version (number, digest, effective_from, recorded_at) values ($1, $2, $3, $4)
        on conflict do nothing
        """)
}

/// A version that has paid people says something else now.
struct RulesChanged: Error, CustomStringConvertible {
    let version: Int

    var description: String {
        "version \(version) of the rules is not what it was when it was first in force: put it back as it was, and write "
            + "the change as a new version with a later day; until then nothing is settled"
    }
}
