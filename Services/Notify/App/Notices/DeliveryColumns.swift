import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// Reads a row of `DeliveryRows.columns`, and what a query selects after them, one column after the other.
struct DeliveryColumns {
    private let row: Int
    private var column = 0

    init(_ row: Int) { self.row = row }

    mutating func next<Value: PostgresValue>(
        _: Value.Type, _ result: borrowing QueryResult
    ) throws(PostgresError) -> Value {
        defer { column += 1 }
        return try result.value(Value.self, row: row, column: column)
    }

    /// Nil for a row of a later version that this one cannot read.
    mutating func delivery(_ result: borrowing QueryResult) throws(PostgresError) -> DeliveryRow? {
        let notice = EventID(try next(UUID.self, result))
        let rule = try next(String.self, result)
        let caseID = try next(UUID?.self, result).map { EventID($0) }
        let lane = LaneName(try next(String.self, result))
        let state = try next(String.self, result)
        let due = Instant(try next(Timestamp.self, result))
        let expires = Instant(try next(Timestamp.self, result))
        let isUrgent = try next(Bool.self, result)
        let afterUnknown = AfterUnknown(rawValue: try next(String.self, result))
        let attempt = Int(try next(Int32.self, result))
        let failures = Int(try next(Int32.self, result))
        let mayHaveArrived = try next(Bool.self, result)
        let lease = Instant(try next(Timestamp.self, result))
        let origin = try origin(result, rule: rule, matter: caseID)
        let json = try next(JSON.self, result)
        guard let lane, let afterUnknown, let origin,
            let fallback = try? EventJSON.decode([Notice.Alternative].self, from: json.utf8)
        else { return nil }
        var delivery = Delivery(
            notice: notice, channel: lane.channel, isUrgent: isUrgent, afterUnknown: afterUnknown, expires: expires,
            state: state == "sending" ? .sending(lease: lease) : .pending(due: due))
        delivery.attempt = attempt
        delivery.failures = failures
        delivery.mayHaveArrived = mayHaveArrived
        return DeliveryRow(delivery: delivery, lane: lane, origin: origin, fallback: fallback)
    }

    private mutating func origin(
        _ result: borrowing QueryResult, rule: String, matter: EventID?
    ) throws(PostgresError) -> Notice.Origin? {
        let cause = Notice.Cause(
            source: try next(String.self, result), id: try next(String.self, result),
            type: try next(String.self, result), time: Instant(try next(Timestamp.self, result)),
            correlation: try next(String.self, result))
        let person = PersonID(try next(String.self, result))
        let role = Role(rawValue: try next(String.self, result))
        let unit = try next(String?.self, result).flatMap { UnitCode($0) }
        let department = try next(String?.self, result).flatMap { DepartmentCode($0) }
        let language = PersonListed.Language(rawValue: try next(String.self, result))
        guard let person, let role, let language else { return nil }
        return Notice.Origin(
            rule: rule, cause: cause, matter: matter,
            recipient: Recipient(
                person: person, language: language, role: role, unit: unit, department: department))
    }
}
