import Contracts
import FoundationEssentials
import Postgres

/// The tables `input` and `refusal`.
enum InputRows {
    struct Known {
        let digest: [UInt8]
        let result: EventID?
        /// Of what it wrote, where it came from outside.
        let token: String?
    }

    /// Which of the inputs were taken before. Plan: one index scan of the primary key per input.
    static func known(_ keys: [InputKey], in session: inout Session) throws -> [InputKey: Known] {
        if keys.isEmpty { return [:] }
        let rows = try session.query(find, Parameters(keys.map(\.source), keys.map(\.id)))
            .rows(as: String.self, String.self, Bytes.self, UUID?.self, String?.self)
        var known: [InputKey: Known] = [:]
        for (source, id, digest, result, token) in rows {
            known[InputKey(source: source, id: id)] = Known(
                digest: digest.bytes, result: result.map { EventID($0) }, token: token)
        }
        return known
    }

    private static let find = Statement(
        "input_find",
        """
        select input.source, input.id, input.digest, input.result, input.token
        from unnest($1::text[], $2::text[]) as asked (source, id)
        join input on input.source = asked.source and input.id = asked.id
        """)

    struct Row {
        let key: InputKey
        let digest: [UInt8]
        let result: EventID?
        var token: String?
    }

    static func store(_ rows: [Row], at now: Instant) -> Request? {
        if rows.isEmpty { return nil }
        return Request(
            insert,
            Parameters(
                rows.map(\.key.source), rows.map(\.key.id), rows.map { Bytes($0.digest) }, rows.map { $0.result?.uuid },
                Timestamp(now), Int64(rows.count), rows.map(\.token)))
    }

    /// Ordered by key, so that two batches that hold the same inputs cannot wait for each other.
    private static let insert = Statement(
        "input_insert",
        """
        with stored as (
            insert into input (source, id, digest, result, recorded_at, token)
            select source, id, digest, result, $5, token
            from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $7::text[])
                as new (source, id, digest, result, token)
            order by source, id
            on conflict do nothing
            returning 1
        )
        select expect_rows('input', (select count(*) from stored), $6)
        """)

    struct Refused {
        let key: InputKey
        let digest: [UInt8]
        let type: String
        let stage: String
        let refusal: Refusal
    }

    static func refuse(_ rows: [Refused], at now: Instant) -> Request? {
        if rows.isEmpty { return nil }
        return Request(
            refused,
            Parameters(
                rows.map(\.key.source), rows.map(\.key.id), rows.map { Bytes($0.digest) }, rows.map(\.type),
                rows.map(\.refusal.code), rows.map(\.refusal.detail), rows.map(\.stage), Timestamp(now)))
    }

    /// Nothing that was taken may be refused: another replica may have taken the same input after `known` looked, and the state that
    /// it was refused by may be of its own doing. Then it is all done again, and the input is known.
    private static let refused = Statement(
        "refusal_insert",
        """
        with new as (
            select *
            from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[])
                as new (source, id, digest, type, code, detail, stage)
        ), kept as (
            insert into refusal (source, id, digest, type, code, detail, stage, recorded_at)
            select source, id, digest, type, code, detail, stage, $8 from new order by source, id, digest
            on conflict do nothing
        )
        select expect_rows(
            'taken among the refused',
            (select count(*) from new join input using (source, id) where new.code <> 'conflict'), 0)
        """)
}
