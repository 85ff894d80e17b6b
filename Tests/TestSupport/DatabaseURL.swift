import FoundationEssentials

/// A URI of a database on this machine: `postgres://user:password@127.0.0.1:5432/name?options`.
struct DatabaseURL: Equatable {
    private var components: URLComponents

    /// - Throws: `InvalidDatabaseURL` for anything but a server of this machine: tests make and drop databases, and must never
    ///   do so where somebody's data might lie.
    init(_ text: String) throws {
        guard let components = URLComponents(string: text), ["postgres", "postgresql"].contains(components.scheme)
        else {
            throw InvalidDatabaseURL(description: "not a URI of a Postgres server; it must begin with postgres://")
        }
        guard let host = components.host, ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host) else {
            throw InvalidDatabaseURL(
                description: "tests make and drop databases, so they refuse a server that is not on this machine: "
                    + "\(components.host ?? "no host") is neither localhost nor 127.0.0.1")
        }
        // libpq would follow a host named there rather than the one that was checked.
        if components.query?.contains("host") == true {
            throw InvalidDatabaseURL(
                description: "the host must stand before the name of the database, not in the query")
        }
        self.components = components
    }

    /// The same server and user, and another database.
    func database(_ name: String) -> String {
        var other = components
        other.path = "/\(name)"
        return other.string ?? ""
    }
}

struct InvalidDatabaseURL: Error, Equatable, CustomStringConvertible {
    let description: String
}
