public import Contracts
public import Postgres

/// Something that a service clears away bit by bit once it has been kept long enough.
///
/// A chore is a statement that does a bounded part of the work and says how many rows that were; replicas that do it at
/// once take different rows.
public struct Chore: Sendable {
    /// For metrics and logs; in docs/operations.md with what it does.
    public let name: String
    /// Rows that one step takes at most.
    public let limit: Int
    let step: @Sendable (_ session: inout Session, _ now: Instant, _ limit: Int32) throws -> Int

    /// - Parameters:
    ///   - now: city time.
    ///   - step: returns how many rows it has done; fewer than the limit means that nothing is left.
    public init(
        _ name: String, limit: Int = 1_000,
        step: @escaping @Sendable (_ session: inout Session, _ now: Instant, _ limit: Int32) throws -> Int
    ) {
        self.name = name
        self.limit = limit
        self.step = step
    }

    /// Removes what is older than `period`.
    ///
    /// - Parameter statement: takes the instant before which rows go ($1) and how many at most ($2), and answers with one
    ///   count.
    public init(_ name: String, keeping period: Duration, limit: Int = 1_000, _ statement: Statement) {
        self.init(name, limit: limit) { session, now, limit in
            Int(
                try session.query(statement, Parameters(Timestamp(now - period), limit))
                    .value(Int64.self, row: 0, column: 0))
        }
    }
}

extension Duration {
    /// Days of 24 hours.
    public static func days(_ days: Int) -> Duration { .seconds(days * 86_400) }
}
