import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// Who claims: a replica, and which life of it.
struct Claimant: Sendable {
    let replica: String
    let run: EventID

    /// Longer than the slowest sender takes, its time-out and the writing down included.
    static let lease = Duration.seconds(40)
}

/// A notice that is this process's to send.
struct ClaimedNotice: Sendable {
    let lane: LaneName
    let attempt: Int
    let id: EventID
    let origin: Notice.Origin
    let message: Message
    /// Sealed.
    let phone: Bytes?
    let wecom: String?
}

/// Claims what is due: locks the lanes that have something to send and room for it, takes as much as they admit, and
/// writes down whose it is, in one transaction.
///
/// A lane that somebody else looks at is skipped; so two replicas never count one lane's messages apart.
struct Claims: Sendable {
    let claimant: Claimant
    let policy: DeliveryPolicy
    /// City time.
    let now: Instant

    struct Result: Sendable {
        var claimed: [ClaimedNotice] = []
        /// Those whose time is over. A batch of their own settles them, which also publishes it.
        var expired: [EventID] = []
        /// The lanes whose endings were taken into account.
        var looked: Set<LaneName> = []
        /// Whether there may be more that is due.
        var hasMore = false
    }

    /// Of lanes looked at together.
    private static let laneLimit: Int32 = 32
    /// Of notices taken from one lane at once, so that none keeps the others waiting.
    private static let perLane: Int32 = 20

    /// - Parameters:
    ///   - room: how many may be taken.
    ///   - endings: what came of earlier sends.
    func take(
        _ room: Int, endings: [LaneName: [SendOutcome]], in session: inout Session
    ) throws -> Result {
        try session.transaction { session in
            var result = Result()
            let found = try lock(endings.keys.sorted(), in: &session)
            var lanes = found
            result.looked = Set(lanes.keys)
            result.hasMore = lanes.count == Int(Self.laneLimit)
            for (name, outcomes) in endings { for outcome in outcomes { lanes[name]?.ended(outcome, at: now) } }
            let open = lanes.filter { $0.value.wait(at: now) == nil }.keys.sorted()
            var changes: [(before: Delivery, after: Delivery)] = []
            for (row, notice) in try due(open, room, in: &session) {
                if now >= row.delivery.expires {
                    result.expired.append(notice.id)
                } else if let after = row.delivery.decide(.claimed(at: now, lease: now + Claimant.lease), policy) {
                    if case .sending = after.state {
                        guard lanes[row.lane]?.admit(at: now) == nil else { continue }
                        result.claimed.append(notice)
                    }
                    changes.append((row.delivery, after))
                }
            }
            result.hasMore = result.hasMore || changes.count >= min(room, Int(Self.perLane))
            let held = try write(changes, in: &session)
            // One that was made pointless at this very moment is not ours.
            result.claimed.removeAll { !held.contains($0.id) }
            // Most endings change nothing: one more that went well. When the lane is free then says what it said.
            try write(lanes.filter { $0.value != found[$0.key] }, in: &session)
            return result
        }
    }

    // MARK: Lanes

    private func lock(_ named: [LaneName], in session: inout Session) throws -> [LaneName: Lane] {
        let rows = try session.query(
            Self.lockLanes, Parameters(Timestamp(now), named.map(\.text), Self.laneLimit)
        ).rows(as: String.self, JSON.self)
        var lanes: [LaneName: Lane] = [:]
        for (text, json) in rows {
            guard let name = LaneName(text) else { continue }
            lanes[name] = Lane(name.channel, try EventJSON.decode(Lane.Record.self, from: json.utf8))
        }
        return lanes
    }

    /// Not `for update`, which would keep those waiting who add deliveries. Plan: the lanes, of which there are some
    /// hundreds, and for each the first entry of the index delivery_due.
    private static let lockLanes = Statement(
        "lane_lock",
        """
        select lane, record from lane
        where lane = any($2) or free_at <= $1 and exists (
            select from delivery where delivery.lane = lane.lane and state = 'pending' and due_at <= $1)
        order by lane limit $3
        for no key update skip locked
        """)

    private func write(_ lanes: [LaneName: Lane], in session: inout Session) throws {
        if lanes.isEmpty { return }
        let rows = lanes.sorted { $0.key < $1.key }
        // The beginning of 1970 is as good as never.
        let freeAt = rows.map { Timestamp($0.value.wait(at: now) ?? Instant(milliseconds: 0)) }
        let records = try rows.map { JSON(utf8: try EventJSON.encode($0.value.record)) }
        try session.query(Self.changeLanes, Parameters(rows.map(\.key.text), records, freeAt))
    }

    private static let changeLanes = Statement(
        "lane_change",
        """
        update lane set record = new.record, free_at = new.free_at
        from unnest($1::text[], $2::jsonb[], $3::timestamptz[]) as new (lane, record, free_at)
        where lane.lane = new.lane
        """)

    // MARK: Deliveries

    private func due(
        _ lanes: [LaneName], _ room: Int, in session: inout Session
    ) throws -> [(DeliveryRow, ClaimedNotice)] {
        if lanes.isEmpty || room < 1 { return [] }
        let result = try session.query(
            Self.findDue, Parameters(lanes.map(\.text), Timestamp(now), Self.perLane, Int32(room)))
        var found: [(DeliveryRow, ClaimedNotice)] = []
        for index in 0..<result.rowCount {
            var columns = DeliveryColumns(index)
            guard let row = try columns.delivery(result) else { continue }
            let message = Message(
                title: try columns.next(String.self, result), body: try columns.next(String.self, result))
            let notice = ClaimedNotice(
                lane: row.lane, attempt: row.delivery.attempt + 1, id: row.delivery.notice, origin: row.origin,
                message: message, phone: try columns.next(Bytes?.self, result),
                wecom: try columns.next(String?.self, result))
            found.append((row, notice))
        }
        return found
    }

    /// Plan: for each lane the index delivery_due from its beginning, then the primary keys of notice and contact.
    private static let findDue = Statement(
        "delivery_find_due",
        """
        select \(DeliveryRows.columns), title, body, contact.phone, contact.wecom
        from unnest($1::text[]) as asked (lane)
        cross join lateral (
            select * from delivery
            where delivery.lane = asked.lane and state = 'pending' and due_at <= $2
            order by due_at, notice limit $3
        ) as delivery
        join notice on notice.id = delivery.notice
        left join contact on contact.person = notice.recipient
        order by due_at, delivery.notice limit $4
        """)

    /// - Returns: those that were still as they were read.
    private func write(
        _ changes: [(before: Delivery, after: Delivery)], in session: inout Session
    ) throws -> Set<EventID> {
        if changes.isEmpty { return [] }
        let after = changes.map(\.after)
        let held = try session.query(
            Self.claim,
            Parameters(
                after.map(\.notice.uuid), changes.map { Int32($0.before.attempt) }, after.map { Int32($0.attempt) },
                after.map { Timestamp($0.due) }, claimant.replica, claimant.run.uuid,
                Claimant.lease.wholeMilliseconds)
        ).rows(as: UUID.self)
        return Set(held.map { EventID($0) })
    }

    /// What is claimed has one attempt more; what has not is put off. The lease is by this server's clock.
    private static let claim = Statement(
        "delivery_claim",
        """
        with locked as (
            select delivery.notice, new.attempt, new.due_at, new.attempt > new.before as is_claimed
            from unnest($1::uuid[], $2::int4[], $3::int4[], $4::timestamptz[]) as new (notice, before, attempt, due_at)
            join delivery on delivery.notice = new.notice and state = 'pending' and delivery.attempt = new.before
            order by delivery.notice for update of delivery
        )
        update delivery set
            state = case when is_claimed then 'sending' else 'pending' end, attempt = locked.attempt,
            due_at = locked.due_at, claimed_by = case when is_claimed then $5 end,
            claimed_run = case when is_claimed then $6::uuid end,
            lease_until = case when is_claimed then clock_timestamp() + $7::int8 * interval '1 millisecond' end
        from locked where delivery.notice = locked.notice
        returning delivery.notice
        """)
}
