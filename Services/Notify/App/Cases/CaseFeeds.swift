import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// The cases of a batch as they are remembered, and the events of theirs that wait.
struct CaseFeeds {
    private struct Entry {
        /// Of the row; nil where there is none.
        let version: Int64?
        let stored: CaseFeed
        var feed: CaseFeed

        var isChanged: Bool {
            feed.matter?.sequence != stored.matter?.sequence || feed.parked.keys != stored.parked.keys
        }
    }

    private var entries: [EventID: Entry] = [:]

    /// The event's occasions: see `CaseFeed.take`.
    mutating func take(_ envelope: EventEnvelope, _ news: News) -> [Occasion] {
        guard let id = news.caseEvent?.case else { return [Occasion(envelope, news)] }
        var entry = entries[id] ?? Entry(version: nil, stored: CaseFeed(), feed: CaseFeed())
        let occasions = entry.feed.take(envelope, news)
        entries[id] = entry
        return occasions
    }

    /// Adds the rows of all that changed, in the order of their keys.
    func write(to effects: inout Effects) throws {
        let changed = entries.filter(\.value.isChanged).sorted { $0.key < $1.key }
        let new = changed.filter { $0.value.version == nil }.map { ($0.key, $0.value.feed) }
        let known = changed.filter { $0.value.version != nil }
        if !new.isEmpty { effects.run(Self.insert, try Self.parameters(new)) }
        if !known.isEmpty {
            var parameters = try Self.parameters(known.map { ($0.key, $0.value.feed) })
            parameters.append(known.compactMap(\.value.version))
            effects.run(Self.update, parameters)
        }
        try writeParked(changed.map { ($0.key, $0.value) }, &effects)
    }

    private func writeParked(_ changed: [(EventID, Entry)], _ effects: inout Effects) throws {
        var parked: [(id: EventID, sequence: Int, event: CaseFeed.Parked)] = []
        var released: [(id: EventID, sequence: Int)] = []
        for (id, entry) in changed {
            for (sequence, event) in entry.feed.parked.sorted(by: { $0.key < $1.key })
            where entry.stored.parked[sequence] == nil {
                parked.append((id, sequence, event))
            }
            released += entry.stored.parked.keys.filter { entry.feed.parked[$0] == nil }.sorted().map { (id, $0) }
        }
        if !parked.isEmpty { effects.run(Self.park, try Self.parameters(parked)) }
        if !released.isEmpty {
            effects.run(Self.release, Parameters(released.map(\.id.uuid), released.map { Int64($0.sequence) }))
        }
    }
}

// MARK: Rows

extension CaseFeeds {
    /// What `read` takes the results of, in this order.
    static func requests(_ ids: Set<EventID>) -> [Request] {
        let keys = ids.sorted().map(\.uuid)
        return [Request(find, Parameters(keys)), Request(findParked, Parameters(keys))]
    }

    struct Rows {
        var matters: [(UUID, Int64, JSON?)] = []
        var parked: [ParkedRow] = []
    }

    typealias ParkedRow = (
        UUID, Int64, String, String, String, Timestamp, Timestamp?, String, String?, String?, JSON
    )

    init(_ rows: Rows) throws {
        var parked: [EventID: [Int: CaseFeed.Parked]] = [:]
        for row in rows.parked {
            guard let news = try News.read(row.4, row.10.utf8) else { continue }
            let envelope = EventEnvelope(
                id: row.3, source: row.2, type: row.4, time: Instant(row.5), recordedAt: row.6.map { Instant($0) },
                correlationID: row.7, causationID: row.8, actor: row.9.flatMap { PersonID($0) })
            parked[EventID(row.0), default: [:]][Int(row.1)] = .init(envelope: envelope, news: news)
        }
        for (id, version, json) in rows.matters {
            let feed = CaseFeed(
                matter: try json.map { try EventJSON.decode(CaseMatter.self, from: $0.utf8) },
                parked: parked[EventID(id)] ?? [:])
            entries[EventID(id)] = Entry(version: version, stored: feed, feed: feed)
        }
    }

    private static let find = Statement(
        "case_matter_find", "select id, version, matter from case_matter where id = any($1)")
    private static let findParked = Statement(
        "parked_find",
        """
        select case_id, sequence, source, event, type, occurred_at, recorded_at, correlation, causation, actor, data
        from parked_event where case_id = any($1)
        """)

    private static func parameters(_ feeds: [(id: EventID, feed: CaseFeed)]) throws -> Parameters {
        let matters = feeds.map(\.feed.matter)
        return Parameters(
            feeds.map(\.id.uuid), matters.map { Int64($0?.sequence ?? 0) }, matters.map { $0?.unit.text },
            try matters.map { matter in try matter.map { JSON(utf8: try EventJSON.encode($0)) } }, Int64(feeds.count))
    }

    private static let insert = Statement(
        "case_matter_insert",
        """
        with stored as (
            insert into case_matter (id, version, sequence, unit, matter)
            select id, 1, sequence, unit, matter
            from unnest($1::uuid[], $2::int8[], $3::text[], $4::jsonb[]) as new (id, sequence, unit, matter)
            on conflict do nothing
            returning 1
        )
        select expect_rows('case_matter', (select count(*) from stored), $5)
        """)

    /// Locks in the order of the keys; then each row must still be as it was when it was decided.
    private static let update = Statement(
        "case_matter_update",
        """
        with locked as (
            select id from case_matter where id = any($1) order by id for update
        ), moved as (
            update case_matter set
                version = case_matter.version + 1, sequence = new.sequence, unit = new.unit, matter = new.matter
            from locked join unnest($1::uuid[], $2::int8[], $3::text[], $4::jsonb[], $6::int8[])
                as new (id, sequence, unit, matter, version) on new.id = locked.id
            where case_matter.id = new.id and case_matter.version = new.version
            returning 1
        )
        select expect_rows('case_matter', (select count(*) from moved), $5)
        """)

    private static func parameters(
        _ rows: [(id: EventID, sequence: Int, event: CaseFeed.Parked)]
    ) throws -> Parameters {
        let envelopes = rows.map(\.event.envelope)
        var parameters = Parameters(
            rows.map(\.id.uuid), rows.map { Int64($0.sequence) }, envelopes.map(\.source), envelopes.map(\.id),
            rows.map(\.event.news.type))
        parameters.append(envelopes.map { Timestamp($0.time) })
        parameters.append(envelopes.map { envelope in envelope.recordedAt.map { Timestamp($0) } })
        parameters.append(envelopes.map(\.correlationID))
        parameters.append(envelopes.map(\.causationID))
        parameters.append(envelopes.map(\.actor?.text))
        parameters.append(try rows.map { JSON(utf8: try $0.event.news.encoded()) })
        return parameters
    }

    private static let park = Statement(
        "parked_insert",
        """
        insert into parked_event (
            case_id, sequence, source, event, type, occurred_at, recorded_at, correlation, causation, actor, data)
        select * from unnest(
            $1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
            $8::text[], $9::text[], $10::text[], $11::jsonb[])
        on conflict do nothing
        """)

    private static let release = Statement(
        "parked_release",
        """
        delete from parked_event using unnest($1::uuid[], $2::int8[]) as done (case_id, sequence)
        where parked_event.case_id = done.case_id and parked_event.sequence = done.sequence
        """)
}
