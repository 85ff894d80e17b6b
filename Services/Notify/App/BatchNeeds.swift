import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// What a batch has to know before it can decide anything, but for the directory.
struct BatchNeeds {
    private var cases: Set<EventID> = []
    private var events: [(source: String, event: String)] = []
    private var notices: Set<EventID> = []

    struct Rows {
        var feeds = CaseFeeds.Rows()
        var expansions: Set<NoticeRows.ExpansionKey> = []
        var notices: Set<EventID> = []
        var deliveries: [DeliveryRow] = []
    }

    init(_ inputs: [Input<NotifyCommand>]) {
        for input in inputs {
            switch input.command {
            case .news(let news):
                if let event = news.caseEvent { cases.insert(event.case) }
                events.append((input.envelope.source, input.envelope.id))
            case .delivery(let notice, _): notices.insert(notice)
            case .contact: break
            }
        }
    }

    /// In one round trip.
    func load(in session: inout Session) throws -> Rows {
        var rows = Rows()
        let requests =
            CaseFeeds.requests(cases) + [
                NoticeRows.request(expansionsOf: events), NoticeRows.request(noticesOf: events),
                DeliveryRows.request(notices: notices, cases: cases),
            ]
        try session.pipeline(requests) { index, result throws(PostgresError) in
            switch index {
            case 0: rows.feeds.matters = try result.rows(as: UUID.self, Int64.self, JSON?.self)
            case 1:
                rows.feeds.parked = try result.rows(
                    as: UUID.self, Int64.self, String.self, String.self, String.self, Timestamp.self, Timestamp?.self,
                    String.self, String?.self, String?.self, JSON.self)
            case 2: rows.expansions = try NoticeRows.expansions(result)
            case 3: rows.notices = try NoticeRows.ids(result)
            default: rows.deliveries = try DeliveryRows.read(result)
            }
        }
        return rows
    }
}
