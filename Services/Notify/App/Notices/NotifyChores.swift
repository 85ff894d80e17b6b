import Contracts
import Crypto
import Postgres
import ServiceKit

/// What notify forgets in time, and how it gets rid of an old key.
enum NotifyChores {
    /// Notices that are over, with their texts. That a rule was applied to an event stays known, so that nobody is told
    /// again.
    ///
    /// - Parameter period: city time.
    static func notices(keeping period: Duration) -> Chore { Chore("notices", keeping: period, forget) }

    /// Plan: the index notice_recorded, then those of inbox_notice. Replicas that forget at once take different rows.
    private static let forget = Statement(
        "notice_forget",
        """
        with old as (
            select id from notice where recorded_at < $1 and state <> 'underway' limit $2 for update skip locked
        ), unlisted as (
            delete from inbox using old where inbox.notice = old.id
        ), gone as (
            delete from notice using old where notice.id = old.id returning 1
        )
        select count(*) from gone
        """)

    /// Seals phone numbers anew whose key is no longer the current one.
    static func resealing(_ cipher: ColumnCipher) -> Chore {
        Chore("reseal-contacts", limit: 500) { session, _, limit in
            try session.transaction { session in
                let rows = try session.query(outdated, Parameters(Bytes(cipher.currentPrefix), limit))
                    .rows(as: String.self, Bytes.self)
                let sealed = try rows.map { row throws -> Bytes? in
                    guard let person = PersonID(row.0) else { return nil }
                    return ContactRows.seal(try ContactRows.open(row.1, of: person, cipher), of: person, cipher)
                }
                if rows.isEmpty { return 0 }
                _ = try session.query(rewrite, Parameters(rows.map(\.0), sealed)).rowCount
                return rows.count
            }
        }
    }

    /// Plan: the whole table, which has a row a person.
    private static let outdated = Statement(
        "contact_outdated",
        """
        select person, phone from contact where phone is not null and substring(phone from 1 for 3) <> $1
        order by person limit $2 for update skip locked
        """)
    private static let rewrite = Statement(
        "contact_reseal",
        """
        update contact set phone = new.phone from unnest($1::text[], $2::bytea[]) as new (person, phone)
        where contact.person = new.person
        """)
}
