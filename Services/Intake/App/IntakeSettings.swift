import Contracts
import Crypto
import ServiceKit

/// What intake is told by its environment besides what every service is.
struct IntakeSettings: Sendable {
    let columns: SealedColumns
    let retention: RegisterRetention

    /// - Throws: `ConfigurationError`, with all that is wrong.
    init(_ environment: [String: String]) throws {
        columns = SealedColumns(cipher: try ColumnKeys.cipher(in: environment))
        var reader = ConfigurationReader(environment)
        let standard = RegisterRetention()
        retention = RegisterRetention(
            superseded: reader.value(
                "MUSTER_INTAKE_KEEP_FACTS_DAYS", RegisterRetention.rule, example: RegisterRetention.example,
                default: standard.superseded, RegisterRetention.days) ?? standard.superseded,
            doors: .days(reader.integer("MUSTER_INTAKE_KEEP_DOORS_DAYS", in: 1...365, default: 30)),
            looks: .days(reader.integer("MUSTER_INTAKE_KEEP_LOOKS_DAYS", in: 180...36_500, default: 1_095)))
        try reader.finish()
    }
}

/// How long intake keeps what it knows of people.
struct RegisterRetention: Sendable, Equatable {
    /// By register: how long after a later fact took its place.
    var superseded: [Register: Duration] = [
        .people: .days(1_095), .homes: .days(1_095), .places: .days(3_650), .events: .days(365), .things: .days(3_650),
    ]
    /// Which door it was and what was said at it, after the visit: as long as the review of the day needs it.
    var doors = Duration.days(30)
    /// Who looked at whom.
    var looks = Duration.days(1_095)

    static let rule = "days for each register as name:days, separated by commas, 1 to 36500"
    static let example = "people:1095,homes:1095,places:3650,events:365,things:3650"

    /// Registers that are not named keep their default.
    static func days(_ text: String) -> [Register: Duration]? {
        var kept = RegisterRetention().superseded
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ":")
            guard parts.count == 2, let register = Register(rawValue: String(parts[0])), let days = Int(parts[1]),
                (1...36_500).contains(days)
            else { return nil }
            kept[register] = .days(days)
        }
        return text.isEmpty ? nil : kept
    }
}
