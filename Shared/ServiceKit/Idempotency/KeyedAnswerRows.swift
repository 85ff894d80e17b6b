import Contracts
import FoundationEssentials
import HTTPMessages
import Postgres

/// The table `idempotent_answer`.
enum KeyedAnswerRows {
    struct Kept {
        let digest: [UInt8]
        let answer: KeyedAnswer
    }

    static func find(_ keys: [IdempotencyKey], in session: inout Session) throws -> [IdempotencyKey.Name: Kept] {
        if keys.isEmpty { return [:] }
        let rows = try session.query(select, Parameters(keys.map(\.actor), keys.map(\.key)))
            .rows(as: String.self, String.self, Bytes.self, Int32.self, Bytes.self, String?.self)
        var kept: [IdempotencyKey.Name: Kept] = [:]
        for (actor, key, digest, status, body, token) in rows {
            kept[.init(actor: actor, key: key)] = Kept(
                digest: digest.bytes, answer: KeyedAnswer(status: Status(Int(status)), body: body.bytes, token: token))
        }
        return kept
    }

    private static let select = Statement(
        "idempotent_answer_find",
        """
        select kept.actor, kept.key, kept.request_digest, kept.status, kept.body, kept.token
        from unnest($1::text[], $2::text[]) as asked (actor, key)
        join idempotent_answer as kept on kept.actor = asked.actor and kept.key = asked.key
        """)

    /// One that is there already was kept by another replica meanwhile: its batch held, so this one is decided again.
    static func keep(_ answers: [(key: IdempotencyKey, answer: KeyedAnswer)]) -> Request? {
        if answers.isEmpty { return nil }
        return Request(
            insert,
            Parameters(
                answers.map(\.key.actor), answers.map(\.key.key), answers.map { Bytes($0.key.digest) },
                answers.map { Int32($0.answer.status.code) }, answers.map { Bytes($0.answer.body) },
                answers.map(\.answer.token), Int64(answers.count)))
    }

    private static let insert = Statement(
        "idempotent_answer_keep",
        """
        with stored as (
            insert into idempotent_answer (actor, key, request_digest, status, body, token)
            select * from unnest($1::text[], $2::text[], $3::bytea[], $4::int4[], $5::bytea[], $6::text[])
                as new (actor, key, request_digest, status, body, token)
            order by actor, key
            on conflict do nothing
            returning 1
        )
        select expect_rows('idempotent_answer', (select count(*) from stored), $7)
        """)

    /// Makes others who ask with the same key wait until this transaction ends.
    static let lock = Statement(
        "idempotent_answer_lock", "select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))")
}
