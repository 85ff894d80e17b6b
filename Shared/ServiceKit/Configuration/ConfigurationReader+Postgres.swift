public import Postgres

extension ConfigurationReader {
    /// How Postgres is reached, as libpq reads it. The password may be given apart from the URI, since that is how platforms
    /// give it out.
    mutating func postgres(of service: String) -> String {
        let rule = "a Postgres connection URI of the service's runtime role"
        let example = "postgres://muster_\(service)@127.0.0.1/muster"
        let url = string("MUSTER_POSTGRES_URL", rule, example: example, default: nil, isSecret: true)
        let password = optionalSecret("MUSTER_POSTGRES_PASSWORD", "the password of the role in MUSTER_POSTGRES_URL")
        if url.isEmpty { return url }
        do {
            return try ConnectionString.filling(url, password: password)
        } catch {
            add("MUSTER_POSTGRES_URL", seen: "(not shown)", "\(rule) (\(error.message))", example)
            return url
        }
    }
}

extension ConnectionString {
    /// A connection string or URI, with a password where it has none.
    ///
    /// - Throws: where it cannot be read.
    public static func filling(_ text: String, password: String?) throws(PostgresError) -> String {
        var parsed = try ConnectionString(text)
        guard let password, parsed["password"] == nil else { return text }
        parsed["password"] = password
        return parsed.conninfo
    }
}
