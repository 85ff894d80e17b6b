import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// A delivery under way, as it was read, with what is known of its notice.
struct DeliveryRow: Sendable {
    let delivery: Delivery
    let lane: LaneName
    let origin: Notice.Origin
    let fallback: [Notice.Alternative]
}

/// The table `delivery`: what is under way.
enum DeliveryRows {
    /// Deliveries by notice, and those of cases, which a later event may make pointless.
    static func request(notices: Set<EventID>, cases: Set<EventID>) -> Request {
        Request(find, Parameters(notices.sorted().map(\.uuid), cases.sorted().map(\.uuid)))
    }

    static let columns = """
        delivery.notice, delivery.rule, delivery.case_id, delivery.lane, delivery.state, due_at, expires_at, is_urgent,
        after_unknown, attempt, failures, may_have_arrived, coalesce(lease_until, '1970-01-01Z'),
        source, event, event_type, occurred_at, correlation, recipient, role, unit, department, language, fallback
        """

    private static let find = Statement(
        "delivery_find",
        """
        select \(columns) from delivery join notice on notice.id = delivery.notice
        where delivery.notice = any($1) or delivery.case_id = any($2)
        """)

    static func read(_ result: borrowing QueryResult) throws(PostgresError) -> [DeliveryRow] {
        var rows: [DeliveryRow] = []
        for row in 0..<result.rowCount {
            var columns = DeliveryColumns(row)
            if let delivery = try columns.delivery(result) { rows.append(delivery) }
        }
        return rows
    }

    // MARK: Writing

    static func insert(_ rows: [DeliveryRow], _ effects: inout Effects) {
        if rows.isEmpty { return }
        let rows = rows.sorted { $0.delivery.notice < $1.delivery.notice }
        let lanes = Set(rows.map(\.lane)).sorted()
        effects.run(insertLanes, Parameters(lanes.map(\.text), lanes.map(\.channel.rawValue)))
        let deliveries = rows.map(\.delivery)
        effects.run(
            insertNew,
            Parameters(
                deliveries.map(\.notice.uuid), rows.map(\.origin.rule), rows.map(\.origin.matter?.uuid),
                rows.map(\.lane.text),
                deliveries.map { Timestamp($0.due) }, deliveries.map { Timestamp($0.expires) },
                deliveries.map(\.isUrgent), deliveries.map(\.afterUnknown.rawValue)))
    }

    private static let insertLanes = Statement(
        "lane_insert",
        """
        insert into lane (lane, channel, record)
        select lane, channel, '{"admitted":[],"breaker":{"closed":{"failures":0}}}'
        from unnest($1::text[], $2::text[]) as new (lane, channel)
        order by lane
        on conflict do nothing
        """)

    private static let insertNew = Statement(
        "delivery_insert",
        """
        insert into delivery (
            notice, rule, case_id, lane, state, due_at, expires_at, is_urgent, after_unknown, attempt, failures,
            may_have_arrived)
        select notice, rule, case_id, lane, 'pending', due_at, expires_at, is_urgent, after_unknown, 0, 0, false
        from unnest(
            $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bool[],
            $8::text[]) as new (notice, rule, case_id, lane, due_at, expires_at, is_urgent, after_unknown)
        """)

    /// Writes what became of deliveries: those that go on are changed, those that are over are taken out. Each must still
    /// be as it was read.
    static func update(_ changes: [(before: Delivery, after: Delivery)], _ effects: inout Effects) {
        if changes.isEmpty { return }
        let changes = changes.sorted { $0.before.notice < $1.before.notice }
        let after = changes.map(\.after)
        effects.run(
            change,
            Parameters(
                changes.map(\.before.notice.uuid), changes.map(\.before.stateName),
                changes.map { Int32($0.before.attempt) }, after.map(\.isOver), after.map { Timestamp($0.due) },
                after.map { Int32($0.failures) }, after.map(\.mayHaveArrived), Int64(changes.count)))
    }

    private static let change = Statement(
        "delivery_change",
        """
        with new as (
            select * from unnest(
                $1::uuid[], $2::text[], $3::int4[], $4::bool[], $5::timestamptz[], $6::int4[], $7::bool[])
                as new (notice, state, attempt, is_over, due_at, failures, may_have_arrived)
        ), locked as (
            select delivery.notice, new.is_over, new.due_at, new.failures, new.may_have_arrived
            from new join delivery on delivery.notice = new.notice and delivery.state = new.state
                and delivery.attempt = new.attempt
            order by delivery.notice for update of delivery
        ), over as (
            delete from delivery using locked where delivery.notice = locked.notice and locked.is_over
        ), goes_on as (
            update delivery set
                state = 'pending', due_at = locked.due_at, failures = locked.failures,
                may_have_arrived = locked.may_have_arrived, claimed_by = null, claimed_run = null, lease_until = null
            from locked where delivery.notice = locked.notice and not locked.is_over
        )
        select expect_rows('delivery', (select count(*) from locked), $8)
        """)
}

extension Delivery {
    /// When a pending one is due; without meaning for others.
    var due: Instant { if case .pending(let due) = state { due } else { expires } }

    var isOver: Bool { if case .settled = state { true } else { false } }

    fileprivate var stateName: String { if case .sending = state { "sending" } else { "pending" } }
}
