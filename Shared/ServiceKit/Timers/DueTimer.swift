public import Contracts
import FoundationEssentials
public import Postgres

/// Something that is to happen when the city's time reaches an instant: a row of the table `timer`.
public struct DueTimer: Sendable, Equatable {
    public struct Key: Sendable, Hashable {
        public var subject: EventID
        public var kind: String
        /// Tells apart timers of one kind, such as one for each summoned department.
        public var ordinal: Int32

        public init(subject: EventID, kind: String, ordinal: Int32 = 0) {
            self.subject = subject
            self.kind = kind
            self.ordinal = ordinal
        }
    }

    public var key: Key
    /// Which part of a service's work it is of: one replica acts on all timers of a part. Those that change the same things belong
    /// into one, or replicas find each other's decisions stale.
    public var shard: Int16
    public var due: Instant
    /// Of the subject when the timer was set or moved; tells a timer from an earlier one under the same key.
    public var version: Int64
    /// The event that set it: what happens when it is due has that cause.
    public var cause: Cause

    public struct Cause: Codable, Sendable, Equatable {
        public var id: String
        public var correlation: String

        public init(id: String, correlation: String) {
            self.id = id
            self.correlation = correlation
        }
    }

    /// - Parameter shard: nil for the subject's own.
    public init(key: Key, shard: Int16? = nil, due: Instant, version: Int64, cause: Cause) {
        self.key = key
        self.shard = shard ?? key.shard
        self.due = due
        self.version = version
        self.cause = cause
    }
}

/// The changes of a batch to the timers, written by two statements in the order of the keys.
struct TimerChanges: Sendable {
    private var wanted: [DueTimer.Key: DueTimer?] = [:]
    private var consumed: [DueTimer] = []

    mutating func set(_ timer: DueTimer) { wanted[timer.key] = .some(timer) }
    mutating func cancel(_ key: DueTimer.Key) { wanted[key] = .some(nil) }
    /// A due timer that this batch acts on: it must still be there as it was read.
    mutating func consume(_ timer: DueTimer) { consumed.append(timer) }

    /// Of the timers that are set for before that instant.
    func shards(dueBefore limit: Instant) -> ShardSet {
        ShardSet(wanted.values.lazy.compactMap { $0 }.filter { $0.due < limit }.map(\.shard))
    }

    var requests: [Request] {
        var requests: [Request] = []
        let consumed = consumed.sorted { $0.key < $1.key }
        if !consumed.isEmpty {
            requests.append(
                Request(
                    Self.consume,
                    Parameters(
                        consumed.map(\.key.subject.uuid), consumed.map(\.key.kind), consumed.map(\.key.ordinal),
                        consumed.map(\.version), Int64(consumed.count))))
        }
        let changes = wanted.sorted { $0.key < $1.key }
        let cancelled = changes.filter { $0.value == nil }.map(\.key)
        if !cancelled.isEmpty {
            requests.append(
                Request(
                    Self.cancel,
                    Parameters(cancelled.map(\.subject.uuid), cancelled.map(\.kind), cancelled.map(\.ordinal))))
        }
        let set = changes.compactMap(\.value)
        if !set.isEmpty {
            requests.append(
                Request(
                    Self.set,
                    Parameters(
                        set.map(\.key.subject.uuid), set.map(\.key.kind), set.map(\.key.ordinal),
                        set.map(\.shard), set.map(\.version),
                        set.map { Timestamp($0.due) }, set.map { JSON(utf8: $0.cause.json) })))
        }
        return requests
    }

    /// Plan: an index scan of the primary key per row of the arrays.
    static let consume = Statement(
        "timer_consume",
        """
        with gone as (
            delete from timer using unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[])
                as due (subject, kind, ordinal, version)
            where timer.subject = due.subject and timer.kind = due.kind and timer.ordinal = due.ordinal
                and timer.version = due.version
            returning 1
        )
        select expect_rows('timer', (select count(*) from gone), $5)
        """)

    static let cancel = Statement(
        "timer_cancel",
        """
        delete from timer using unnest($1::uuid[], $2::text[], $3::int4[]) as old (subject, kind, ordinal)
        where timer.subject = old.subject and timer.kind = old.kind and timer.ordinal = old.ordinal
        """)

    static let set = Statement(
        "timer_set",
        """
        insert into timer (subject, kind, ordinal, shard, version, due_at, cause)
        select subject, kind, ordinal, shard, version, due_at, cause
        from unnest($1::uuid[], $2::text[], $3::int4[], $4::int2[], $5::int8[], $6::timestamptz[], $7::jsonb[])
            as new (subject, kind, ordinal, shard, version, due_at, cause)
        order by subject, kind, ordinal
        on conflict (subject, kind, ordinal) do update
            set shard = excluded.shard, version = excluded.version, due_at = excluded.due_at, cause = excluded.cause
        """)
}

extension DueTimer.Key: Comparable {
    /// Where nothing else is said, timers of one subject are of one shard.
    public var shard: Int16 { Shard.of(subject.description.utf8) }

    public static func < (left: Self, right: Self) -> Bool {
        (left.subject, left.kind, left.ordinal) < (right.subject, right.kind, right.ordinal)
    }
}

extension DueTimer.Cause {
    var json: [UInt8] { Array(#"{"correlation":"\#(correlation)","id":"\#(id)"}"#.utf8) }
}

extension Timestamp {
    public init(_ instant: Instant) { self.init(microsecondsSince1970: instant.milliseconds * 1_000) }
}

extension Instant {
    public init(_ timestamp: Timestamp) {
        self.init(milliseconds: timestamp.microsecondsSince1970 / 1_000)
    }
}
