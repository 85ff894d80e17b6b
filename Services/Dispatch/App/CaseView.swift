import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// A case as people see it.
struct CaseView: Codable {
    let id: EventID
    let version: Int
    let number: Int
    let unit: UnitCode
    let origin: CaseOpened.Origin
    let category: String
    let severity: Severity
    let handling: Handling
    let rule: String
    let status: CaseState.Status
    let owner: Owner
    let rung: Rung
    let openedAt: Instant
    let acceptBy: Instant
    /// By when whoever reported has a first answer.
    let answerBy: Instant?
    let resolveBy: Instant
    /// Its clocks stand still until it ends; missing where there is none.
    let pause: CaseState.Pause?
    /// More time that was asked for; `granted` is missing as long as nobody has decided.
    let `extension`: CaseState.Extension?
    /// What supervision asked and nobody has answered yet; missing where there is nothing.
    let questions: [CaseState.Question]?
    /// The case that this one was joined to.
    let joinedTo: EventID?
    /// The cases that were joined to this one; missing where there is none.
    let members: [EventID]?
    let text: String
    let rating: Int?
    /// A whistle that waits for whoever has to approve it.
    let whistleAsked: WhistleRequest?
    let whistle: Whistle?

    struct Whistle: Codable {
        let id: EventID
        let kind: WhistleKind
        let isOpen: Bool
        /// The department that leads; missing in whistles from before there was one.
        let lead: DepartmentCode?
        let departments: [Department]
    }

    struct Department: Codable {
        let department: DepartmentCode
        let attendance: WhistleState.Part.Attendance
        let arriveBy: Instant
        let completeBy: Instant
        let signedAt: Instant?
        let contactedAt: Instant?
        let arrivedAt: Instant?
        /// The unit where it arrived, if it said so.
        let arrivedIn: UnitCode?
        /// Whether it came by its deadline; missing as long as it has not come.
        let inTime: Bool?
        let doneAt: Instant?

        init(_ part: WhistleState.Part) {
            department = part.department
            attendance = part.attendance
            arriveBy = part.arriveBy
            completeBy = part.completeBy
            signedAt = part.signedAt
            contactedAt = part.contactedAt
            arrivedAt = part.arrivedAt
            arrivedIn = part.arrivedIn
            inTime = part.inTime
            doneAt = part.doneAt
        }
    }

    init(_ state: CaseState, text: String) {
        id = state.id
        version = state.version
        number = state.number
        unit = state.unit
        origin = state.origin
        category = state.category
        severity = state.severity
        handling = state.handling
        rule = state.rule
        status = state.status
        owner = state.owner
        rung = state.rung
        openedAt = state.openedAt
        acceptBy = state.acceptBy
        answerBy = state.answerBy
        resolveBy = state.resolveBy
        pause = state.pause
        `extension` = state.extended
        questions = state.questions.isEmpty ? nil : state.questions
        joinedTo = state.joinedTo
        members = state.members.isEmpty ? nil : state.members
        self.text = text
        rating = state.rating
        whistleAsked = state.whistleAsked
        whistle = state.whistle.map { whistle in
            Whistle(
                id: whistle.id, kind: whistle.kind, isOpen: whistle.endedAt == nil, lead: whistle.lead,
                departments: whistle.parts.map(Department.init))
        }
    }
}

struct CasePage: Codable {
    let cases: [CaseView]
    /// For `after` of the next page; missing on the last one.
    let next: String?
}

/// A step of a history as people see it: who did what, when, and because of what.
struct HistoryEntry: Codable {
    let sequence: Int
    let event: EventID
    let type: String
    let actor: String?
    let occurredAt: Instant
    let recordedAt: Instant
    let causation: String?
    let correlation: String
    let data: Contracts.JSONValue

    static func read(_ result: borrowing QueryResult) throws -> [HistoryEntry] {
        let rows = try result.rows(
            as: Int64.self, UUID.self, String.self, String?.self, Timestamp.self, Timestamp.self, String?.self,
            String.self, JSON.self)
        return try rows.map { row in
            HistoryEntry(
                sequence: Int(row.0), event: EventID(row.1), type: row.2, actor: row.3, occurredAt: Instant(row.4),
                recordedAt: Instant(row.5), causation: row.6, correlation: row.7,
                data: try EventJSON.decode(Contracts.JSONValue.self, from: row.8.utf8))
        }
    }
}

// What the documents show.

extension CaseView {
    static let example = """
        {"acceptBy":"2026-11-24T02:00:00.000Z","answerBy":"2026-11-25T01:00:00.000Z","category":"city-appearance.rubbish.exposed","handling":"small",
         "extension":{"approver":"371082007025","granted":true,"until":"2026-11-26T07:00:00.000Z"},
         "id":"01a20d14-c250-8161-a86c-f842d86e1de1","members":["01a20d14-c250-8161-a86c-f842d86e1de2"],"number":27,"openedAt":"2026-11-24T01:00:00.000Z",
         "origin":"finding","owner":{"person":"p-grid-1","unit":"371082007025001"},
         "pause":{"from":"2026-11-24T02:30:00.000Z","reason":"waiting-for-parts","until":"2026-11-25T02:30:00.000Z"},
         "questions":[{"isOrder":true,"rung":"town","step":4,"unit":"371082007"}],
         "resolveBy":"2026-11-26T07:00:00.000Z","rule":"rule 12 of version 3: what a grid can settle","rung":"grid",
         "severity":"normal","status":"accepted","text":"垃圾堆在楼下","unit":"3710820070250010001","version":7}
        """
}

extension HistoryEntry {
    static let example = """
        [{"actor":"p-grid-1","causation":"a-1","correlation":"f-1",
          "data":{"case":"01a20d14-c250-8161-a86c-f842d86e1de1","inTime":true,"sequence":2},
          "event":"01a20d14-c250-8eb5-a889-8df863ddbd9b","occurredAt":"2026-11-24T01:00:00.000Z",
          "recordedAt":"2026-11-24T01:00:01.000Z","sequence":2,"type":"muster.case.accepted.v1"}]
        """
}
