import Contracts
import ServiceKit

/// One entry of the directory as an operator uploads it: exactly one of the members is there.
struct DirectoryEntry: EventPayload {
    static let type = "muster.directory.entry.v1"
    static let topic = Topic.directory

    var unit: UnitListed?
    var person: PersonListed?
    var department: DepartmentListed?
    var gateway: GatewayListed?
    /// The load that it is part of: it can be undone as a whole.
    var load: String?

    var key: String { unit?.key ?? person?.key ?? department?.key ?? gateway?.key ?? "" }

    func validate() throws(InvalidField) {
        let count = [unit != nil, person != nil, department != nil, gateway != nil].count { $0 }
        guard count == 1 else {
            throw InvalidField("", "has \(count) of unit, person, department and gateway: name exactly one")
        }
        if let load, !Identifier.isValid(load) {
            throw InvalidField("/load", "has the wrong form: \(Identifier.rule)")
        }
        try unit?.validate()
        try person?.validate()
        try department?.validate()
        try gateway?.validate()
    }

    /// The change that it asks for; a later one wins, by the time at which it reached us.
    func change(at now: Instant) -> DirectoryChange? {
        if let unit { return .unit(unit, at: now) }
        if let person { return .person(person, at: now) }
        if let department { return .department(department, at: now) }
        return gateway.map { .gateway($0, at: now) }
    }
}
