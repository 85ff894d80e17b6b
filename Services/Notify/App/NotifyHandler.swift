import Contracts
import Crypto
import Postgres
import ServiceKit

/// Tells people what happened: makes notices of events, each once, and writes down how they went.
struct NotifyHandler: BatchHandler {
    let policy: NoticePolicy
    let book: AddressBook
    let cipher: ColumnCipher?

    func decide(
        _ inputs: [Input<NotifyCommand>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        let needs = BatchNeeds(inputs)
        let rows = try needs.load(in: &session)
        var feeds = try CaseFeeds(rows.feeds)
        var notices = NoticeBook(
            rows, policy: DeliveryPolicy(quietHours: policy.rules.quietHours), book: book, at: now)
        var occasions: [Occasion] = []
        var contacts: [ContactListed] = []
        let verdicts = inputs.map { input -> Verdict in
            switch input.command {
            case .news(let news):
                occasions += feeds.take(input.envelope, news)
            case .contact(let contact):
                if contact.phone != nil, cipher == nil { return .refused(Self.noKeys) }
                contacts.append(contact)
            case .delivery(let notice, let event):
                notices.apply(event, to: notice)
            }
            return .taken(result: nil)
        }
        try tell(occasions, &notices, at: now, in: &session)
        try feeds.write(to: &effects)
        try notices.write(to: &effects)
        if let request = ContactRows.store(contacts, cipher, at: now) { effects.run(request) }
        return verdicts
    }

    private func tell(
        _ occasions: [Occasion], _ notices: inout NoticeBook, at now: Instant, in session: inout Session
    ) throws {
        if occasions.isEmpty { return }
        var needs = DirectoryNeeds()
        for occasion in occasions { needs.formUnion(occasion.needs) }
        let (directory, withPhone) = try NoticeDirectory.load(needs, roles: policy.rules.unitRoles, in: &session)
        for occasion in occasions {
            if let matter = occasion.matter { notices.moot(matter.id, policy.rules.mooted(by: occasion.news.type)) }
            let expansions = policy.expand(occasion, in: directory, at: now) { recipient in
                let lanes = book.lanes(to: recipient, hasPhone: withPhone.contains(recipient.person))
                return Set(lanes.keys).union([.inbox])
            }
            notices.add(expansions, withPhone: withPhone)
        }
    }

    private static let noKeys = Refusal(
        .notAllowed, "no phone number is taken without keys to seal it with: set MUSTER_COLUMN_KEYS")
}
