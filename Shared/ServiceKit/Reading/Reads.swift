public import Contracts
import HTTPServer
public import Postgres

extension ServiceContext {
    /// Reads for a request; a database that is away becomes 503 with a time to come back.
    public func read<Value: Sendable>(_ body: sending (inout Session) throws -> Value) async throws -> Value {
        do { return try await pool.run(body) } catch let error as PostgresError where error.isRetryable {
            throw Problem(.unavailable, headers: ["Retry-After": "2"])
        }
    }

    /// Refuses whoever is not posted to the unit or above it now; nil asks for the whole city. Operators and gateways read
    /// nothing about people.
    public func requireReach(_ identity: Identity, _ unit: UnitCode?) async throws {
        _ = try await roles(of: identity, reaching: unit)
    }

    /// The roles that somebody has by the postings that reach a unit now, for what not everybody there may see.
    ///
    /// - Throws: `Problem` where there is none; see `requireReach`.
    public func roles(of identity: Identity, reaching unit: UnitCode?) async throws -> Set<Role> {
        guard let person = identity.person else {
            throw Problem(.forbidden, detail: "This is for people who are posted there: use a person's token.")
        }
        var lookup = DirectoryLookup()
        lookup.need(person)
        let asked = lookup
        let directory = try await read { session in try asked.load(in: &session) }
        let reaching = directory.postings(of: person, at: clock.now()).filter { posting in
            guard posting.role != .resident, let own = posting.unit else { return false }
            return unit.map { own.contains($0) } ?? (own.level == .city)
        }
        guard !reaching.isEmpty else {
            let place = unit.map { "unit \($0)" } ?? "the whole city"
            throw Problem(.forbidden, detail: "This is for the staff of \(place) and those above it.")
        }
        return Set(reaching.map(\.role))
    }
}
