import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// The tables `expansion`, `notice` and `inbox`.
enum NoticeRows {
    // MARK: Expansions

    /// Which rules have been applied to the events already.
    static func request(expansionsOf events: [(source: String, event: String)]) -> Request {
        Request(findExpansions, Parameters(events.map(\.source), events.map(\.event)))
    }

    struct ExpansionKey: Hashable {
        let source: String
        let event: String
        let rule: String
    }

    static func expansions(_ result: borrowing QueryResult) throws(PostgresError) -> Set<ExpansionKey> {
        Set(
            try result.rows(as: String.self, String.self, String.self).map {
                ExpansionKey(source: $0.0, event: $0.1, rule: $0.2)
            })
    }

    private static let findExpansions = Statement(
        "expansion_find",
        """
        select source, event, rule from unnest($1::text[], $2::text[]) as asked (source, event)
        join expansion using (source, event)
        """)

    static func insert(_ expansions: [Expansion], at now: Instant, _ effects: inout Effects) {
        if expansions.isEmpty { return }
        let rows = expansions.sorted {
            ($0.cause.source, $0.cause.id, $0.rule) < ($1.cause.source, $1.cause.id, $1.rule)
        }
        effects.run(
            insertExpansions,
            Parameters(
                rows.map(\.cause.source), rows.map(\.cause.id), rows.map(\.rule), rows.map { Int32($0.notices.count) },
                Timestamp(now), Int64(rows.count)))
    }

    private static let insertExpansions = Statement(
        "expansion_insert",
        """
        with stored as (
            insert into expansion (source, event, rule, notices, expanded_at)
            select source, event, rule, notices, $5
            from unnest($1::text[], $2::text[], $3::text[], $4::int4[]) as new (source, event, rule, notices)
            on conflict do nothing
            returning 1
        )
        select expect_rows('expansion', (select count(*) from stored), $6)
        """)

    // MARK: Notices

    /// The notices that there are of events already, by whatever rule.
    static func request(noticesOf events: [(source: String, event: String)]) -> Request {
        Request(findNotices, Parameters(events.map(\.source), events.map(\.event)))
    }

    static func ids(_ result: borrowing QueryResult) throws(PostgresError) -> Set<EventID> {
        Set(try result.rows(as: UUID.self).map { EventID($0) })
    }

    private static let findNotices = Statement(
        "notice_find",
        """
        select id from unnest($1::text[], $2::text[]) as asked (source, event) join notice using (source, event)
        """)

    /// A notice with the state that it has by the end of the batch.
    struct Row {
        let notice: Notice
        let delivery: Delivery
    }

    static func insert(_ rows: [Row], at now: Instant, _ effects: inout Effects) throws {
        if rows.isEmpty { return }
        let rows = rows.sorted { $0.notice.id < $1.notice.id }
        let notices = rows.map(\.notice)
        let causes = notices.map(\.origin.cause)
        let recipients = notices.map(\.recipient)
        var parameters = Parameters(
            notices.map(\.id.uuid), notices.map(\.origin.rule), causes.map(\.source), causes.map(\.id),
            causes.map(\.type), causes.map { Timestamp($0.time) }, causes.map(\.correlation),
            notices.map(\.origin.matter?.uuid), recipients.map(\.person.text), recipients.map(\.role.rawValue),
            recipients.map(\.unit?.text), recipients.map(\.department?.text), recipients.map(\.language.rawValue))
        parameters.append(notices.map(\.channel.rawValue))
        parameters.append(notices.map(\.message.title))
        parameters.append(notices.map(\.message.body))
        parameters.append(try notices.map { JSON(utf8: try EventJSON.encode($0.fallback)) })
        parameters.append(rows.map(\.delivery.settlement.state))
        parameters.append(rows.map(\.delivery.settlement.reason))
        parameters.append(rows.map { Int32($0.delivery.attempt) })
        parameters.append(Timestamp(now))
        parameters.append(Int64(rows.count))
        effects.run(insertNotices, parameters)
    }

    private static let insertNotices = Statement(
        "notice_insert",
        """
        with stored as (
            insert into notice (
                id, rule, source, event, event_type, occurred_at, correlation, case_id, recipient, role, unit,
                department, language, channel, title, body, fallback, state, reason, attempts, recorded_at, settled_at)
            select id, rule, source, event, event_type, occurred_at, correlation, case_id, recipient, role, unit,
                department, language, channel, title, body, fallback, state, reason, attempts, $21,
                case state when 'underway' then null else $21 end
            from unnest(
                $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::uuid[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                $17::jsonb[], $18::text[], $19::text[], $20::int4[])
                as new (id, rule, source, event, event_type, occurred_at, correlation, case_id, recipient, role, unit,
                    department, language, channel, title, body, fallback, state, reason, attempts)
            on conflict do nothing
            returning 1
        )
        select expect_rows('notice', (select count(*) from stored), $22)
        """)

    /// Writes the ends of notices that were underway.
    static func settle(_ deliveries: [Delivery], at now: Instant, _ effects: inout Effects) {
        if deliveries.isEmpty { return }
        let rows = deliveries.sorted { $0.notice < $1.notice }
        effects.run(
            settleNotices,
            Parameters(
                rows.map(\.notice.uuid), rows.map(\.settlement.state), rows.map(\.settlement.reason),
                rows.map { Int32($0.attempt) }, Timestamp(now), Int64(rows.count)))
    }

    private static let settleNotices = Statement(
        "notice_settle",
        """
        with settled as (
            update notice set state = new.state, reason = new.reason, attempts = new.attempts, settled_at = $5
            from unnest($1::uuid[], $2::text[], $3::text[], $4::int4[]) as new (id, state, reason, attempts)
            where notice.id = new.id and notice.state = 'underway'
            returning 1
        )
        select expect_rows('notice', (select count(*) from settled), $6)
        """)

    // MARK: The inbox

    /// - Parameter notices: in the order in which people shall see them.
    static func fillInboxes(_ notices: [Notice], _ effects: inout Effects) {
        if notices.isEmpty { return }
        effects.run(addToInbox, Parameters(notices.map(\.recipient.person.text), notices.map(\.id.uuid)))
    }

    /// The heads are locked in the order of the people, and by that all writers to one inbox stand in line: that makes
    /// the numbers run on without a gap in the order of the commits.
    private static let addToInbox = Statement(
        "inbox_add",
        """
        with added as (
            select recipient, notice, row_number() over (partition by recipient order by position) as place,
                count(*) over (partition by recipient) as total
            from unnest($1::text[], $2::uuid[]) with ordinality as new (recipient, notice, position)
        ), heads as (
            insert into inbox_head as head (recipient, last)
            select recipient, count(*) from added group by recipient order by recipient
            on conflict (recipient) do update set last = head.last + excluded.last
            returning recipient, last
        )
        insert into inbox (recipient, number, notice)
        select recipient, last - total + place, notice from added join heads using (recipient)
        """)
}

extension Delivery {
    /// As the columns of `notice` have it.
    fileprivate var settlement: (state: String, reason: String?) {
        if case .settled(let end, let reason) = state { (end.rawValue, reason?.description) } else { ("underway", nil) }
    }
}
