import Contracts
import Crypto
import Postgres
import ServiceKit

/// How a person is reached outside: what is not listed is taken away.
///
/// Comes over HTTP alone: a phone number is on no topic.
struct ContactListed: EventPayload {
    static let type = "muster.contact.listed.v1"
    static let topic = Topic.contacts

    var person: PersonID
    /// Digits, with `+` and the country's code in front where it is not the gateway's own.
    var phone: String?
    /// The person's own id in WeCom.
    var wecom: String?

    var key: String { person.text }

    func validate() throws(InvalidField) {
        if let phone {
            let digits = phone.hasPrefix("+") ? phone.dropFirst() : phone[...]
            guard (5...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw InvalidField("/phone", "has the wrong form: write 5 to 15 digits, with + in front if need be")
            }
        }
        if let wecom { try Limit.check(code: wecom, "/wecom") }
    }
}

extension ContactListed: MembersDescribed {
    static var notes: [String: MemberNote] {
        [
            "person": MemberNote("Whose; what is not listed is taken away."),
            "phone": MemberNote(
                "Digits, with + and the country's code in front where it is not the gateway's own.",
                ["pattern": .string("^[+]?[0-9]{5,15}$")]),
            "wecom": .code("The person's own id in WeCom."),
        ]
    }
}

/// Contacts as rows, their phone numbers sealed.
enum ContactRows {
    static func store(_ contacts: [ContactListed], _ cipher: ColumnCipher?, at now: Instant) -> Request? {
        if contacts.isEmpty { return nil }
        // Of several for one person the last one counts.
        let rows = Dictionary(contacts.map { ($0.person, $0) }) { $1 }.sorted { $0.key < $1.key }.map(\.value)
        return Request(
            upsert,
            Parameters(
                rows.map(\.person.text), rows.map { row in row.phone.flatMap { seal($0, of: row.person, cipher) } },
                rows.map(\.wecom), Timestamp(now)))
    }

    private static let upsert = Statement(
        "contact_store",
        """
        insert into contact (person, phone, wecom, listed_at)
        select person, phone, wecom, $4 from unnest($1::text[], $2::bytea[], $3::text[]) as new (person, phone, wecom)
        order by person
        on conflict (person) do update
            set phone = excluded.phone, wecom = excluded.wecom, listed_at = excluded.listed_at
            where contact.listed_at <= excluded.listed_at
        """)

    static func seal(_ phone: String, of person: PersonID, _ cipher: ColumnCipher?) -> Bytes? {
        cipher.map { Bytes($0.seal(Array(phone.utf8), authenticating: context(person))) }
    }

    /// - Throws: `ColumnCipherError`.
    static func open(_ sealed: Bytes, of person: PersonID, _ cipher: ColumnCipher) throws -> String {
        String(decoding: try cipher.open(sealed.bytes, authenticating: context(person)), as: UTF8.self)
    }

    /// A number that is copied to another person's row does not open there.
    private static func context(_ person: PersonID) -> [UInt8] { Array("notify.contact.phone/\(person)".utf8) }
}
