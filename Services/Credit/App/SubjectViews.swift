import Contracts

/// A ledger as its subject sees it. Without consent there is no score, and nothing stands in its place.
struct StandingView: Codable {
    let subject: String
    let consent: Bool
    let scale: String?
    /// Hundredths of a point, on the scale.
    let score: Points?
    let grade: Scale.Grade?
    /// Hundredths of a point, of what counts now.
    let balance: Points?
    let hours: Hours
    let asOf: Instant

    /// The growth tree, in hundredths of an hour.
    struct Hours: Codable {
        let total: Int
        let thisYear: Int
        let stars: Int
        let nextStarAt: Int?
    }

    init(_ account: Account, consent: Bool, score: Score?, balance: Points?, tree: GrowthTree, asOf: Instant) {
        subject = account.description
        self.consent = consent
        scale = score?.scale
        self.score = score?.points
        grade = score?.grade
        self.balance = balance
        hours = Hours(
            total: tree.hours, thisYear: tree.hoursThisYear, stars: tree.stars, nextStarAt: tree.nextStarAt)
        self.asOf = asOf
    }
}

struct TrajectoryPage: Codable {
    let lines: [TrajectoryLineView]
    /// For `after` of the next page; missing on the last one.
    let next: String?
}

struct TrajectoryLineView: Codable {
    let item: String
    let english: String?
    let chinese: String?
    let ruleVersion: Int?
    let occurredAt: Instant
    let unit: UnitCode
    let quantity: Int
    let state: String
    let points: Points
    /// Of all that counts and happened up to here.
    let balance: Points
    let corrections: Int
    let expires: Instant?
    let reason: String?
    /// The id of the event, as its sender gave it.
    let cause: String

    init(_ line: Trajectory.Line) {
        item = line.event.item
        english = line.english
        chinese = line.chinese
        ruleVersion = line.ruleVersion
        occurredAt = line.event.occurredAt
        unit = line.event.unit
        quantity = line.event.quantity
        state = line.state.rawValue
        points = line.points
        balance = line.balance
        corrections = line.corrections
        expires = line.expires
        reason = line.reason
        cause = line.event.cause.id
    }
}

/// Where a page ended: the event's time in milliseconds, its id, and the item.
struct TrajectoryCursor: Comparable {
    let at: Instant
    let id: EventID
    let item: String

    init(_ line: Trajectory.Line) {
        at = line.event.occurredAt
        id = line.event.id
        item = line.event.item
    }

    init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 2)
        guard parts.count == 3, let milliseconds = Int64(parts[0]), let id = EventID(String(parts[1])) else {
            return nil
        }
        at = Instant(milliseconds: milliseconds)
        self.id = id
        item = String(parts[2])
    }

    var text: String { "\(at.milliseconds)_\(id)_\(item)" }

    static func < (left: TrajectoryCursor, right: TrajectoryCursor) -> Bool {
        (left.at, left.id, left.item) < (right.at, right.id, right.item)
    }
}

/// A step of a matter's history: a line of the ledger, which is never changed.
struct HistoryEntry: Codable {
    let event: EventID
    let type: String
    let occurredAt: Instant
    let recordedAt: Instant
    let causation: String
    let correlation: String
    let data: Line

    struct Line: Codable {
        let subject: String
        let rule: String
        let ruleVersion: Int
        /// Hundredths of a point.
        let points: Points
        let expires: Instant
        let reverses: EventID?
    }

    init(_ entry: CreditEntry, recordedAt: Instant) {
        event = entry.id
        type = CreditEntryMade.type
        occurredAt = entry.occurredAt
        self.recordedAt = recordedAt
        causation = entry.cause.id
        correlation = entry.cause.correlation
        data = Line(
            subject: entry.key.account.description, rule: entry.key.rule, ruleVersion: entry.ruleVersion,
            points: entry.points, expires: entry.expires, reverses: entry.reverses)
    }

    static let example = """
        [{"causation":"d-1","correlation":"d-1",
          "data":{"expires":"2027-11-24T01:00:00.000Z","points":100,"rule":"snow-cleared","ruleVersion":1,
                  "subject":"person:r-1"},
          "event":"01a20d14-c250-8eb5-a889-8df863ddbd9b","occurredAt":"2026-11-24T01:00:00.000Z",
          "recordedAt":"2026-11-24T01:01:00.000Z","type":"muster.credit.entry.v1"}]
        """
}
