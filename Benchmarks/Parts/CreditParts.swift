import Contracts

@testable import muster_credit

/// A person's year of deeds is settled under the shipped rules, caps and curves and all.
enum CreditParts {
    static func all() throws -> [Part] {
        guard let grid = EventParts.grid else { return [] }
        let resident = Subject(kind: .resident, id: "p-1")
        let opening = EventParts.opening
        let rules = try CreditRules.load([.standard]).rules
        let events = (0..<100).map { number in
            let time = opening - .seconds(Int64(number) * 3 * 86_400)
            return CreditedEvent(
                id: EventID.derived(from: "app", at: time, type: "deed", subject: "\(number)"), subject: resident,
                item: "snow-cleared", occurredAt: time, quantity: 1, unit: grid,
                cause: Cause(source: "app", id: "\(number)", correlation: "\(number)"))
        }
        let given = Consent([
            .init(
                at: opening - .seconds(2 * 365 * 86_400),
                id: EventID.derived(from: "app", at: opening, type: "consent", subject: "1"), isGiven: true)
        ])
        let consents = [Account(resident): given]
        let settlement = Settlement(rules: rules)
        return [
            Part("decide: a hundred deeds of one item are settled") {
                settlement.settle(events, consents: consents, existing: []).count
            }
        ]
    }
}
