public import Crypto

/// The keys that personal data are sealed with, as `MUSTER_COLUMN_KEYS` gives them: contacts, register facts, dead letters.
public enum ColumnKeys {
    public static let variable = "MUSTER_COLUMN_KEYS"
    static let rule = "keys of 32 bytes as id:base64, separated by commas, the current one first"
    static let example = "1:<openssl rand -base64 32>"

    /// Reads `id:base64,id:base64`; the first seals, and each opens what it has sealed. Nil when the text has another form.
    public static func cipher(_ text: String) -> ColumnCipher? {
        var keys: [KeyRing.KeyID: [UInt8]] = [:]
        var ids: [KeyRing.KeyID] = []
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let id = KeyRing.KeyID(parts[0]), keys[id] == nil,
                let key = Base64.decode(parts[1])
            else { return nil }
            keys[id] = key
            ids.append(id)
        }
        guard let current = ids.first, let ring = try? KeyRing(keys, current: current) else { return nil }
        return ColumnCipher(ring)
    }

    /// The service's cipher by its environment.
    ///
    /// `ServiceSettings` lets nobody start without keys except under `--insecure-dev`: then a key that everybody knows is
    /// used, so that the code that runs is the same.
    /// - Throws: `ConfigurationError` when the keys have the wrong form.
    public static func cipher(in environment: [String: String]) throws(ConfigurationError) -> ColumnCipher {
        var reader = ConfigurationReader(environment)
        let cipher = reader.columnCipher()
        try reader.finish()
        return cipher ?? development
    }

    /// Of a key that is no secret; for `--insecure-dev` and tests.
    public static let development: ColumnCipher = {
        let key = SHA256.digest(of: Array("muster development key".utf8)).bytes
        guard let ring = try? KeyRing([0: key], current: 0) else { preconditionFailure("a digest has 32 bytes") }
        return ColumnCipher(ring)
    }()
}

extension ConfigurationReader {
    /// The cipher of `MUSTER_COLUMN_KEYS`; nil where it is not set, or wrong, which is remembered.
    public mutating func columnCipher() -> ColumnCipher? {
        guard optional(ColumnKeys.variable) != nil else { return nil }
        return value(
            ColumnKeys.variable, ColumnKeys.rule, example: ColumnKeys.example, default: nil, isSecret: true,
            ColumnKeys.cipher)
    }
}
