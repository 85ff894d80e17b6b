import Contracts

/// How long something may take.
enum Allowance: Sendable, Hashable {
    /// On the clock, day and night.
    case minutes(Int)
    /// Within the hours of work.
    case workMinutes(Int)
    /// Until work ends on the n-th work day after the one it began on. The day of the beginning does not count, as in
    /// article 201 of the Civil Code, whether it was a work day or not.
    case workDays(Int)
}

/// Written as people say it: `30 minutes`, `24 hours`, `4 work hours`, `5 work days`.
extension Allowance: LosslessStringConvertible {
    /// The longest that may be written: a year.
    private static let longest = (minutes: 366 * 24 * 60, workDays: 250)

    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard words.count == 2, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(words[0]),
            (1...Self.longest.minutes).contains(count)
        else { return nil }
        switch words[1] {
        case "minute", "minutes": self = .minutes(count)
        case "hour", "hours": self = .minutes(count * 60)
        case "work minute", "work minutes": self = .workMinutes(count)
        case "work hour", "work hours": self = .workMinutes(count * 60)
        case "work day", "work days": self = .workDays(count)
        default: return nil
        }
        guard isWithinReason else { return nil }
    }

    private var isWithinReason: Bool {
        switch self {
        case .minutes(let count), .workMinutes(let count): count <= Self.longest.minutes
        case .workDays(let count): count <= Self.longest.workDays
        }
    }

    var description: String {
        switch self {
        case .minutes(let count): Self.text(count, "")
        case .workMinutes(let count): Self.text(count, "work ")
        case .workDays(let count): "\(count) work day\(count == 1 ? "" : "s")"
        }
    }

    private static func text(_ minutes: Int, _ kind: String) -> String {
        let (count, unit) = minutes.isMultiple(of: 60) ? (minutes / 60, "hour") : (minutes, "minute")
        return "\(count) \(kind)\(unit)\(count == 1 ? "" : "s")"
    }
}

extension Allowance: Codable {
    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let allowance = Allowance(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "is no allowance: write such as 30 minutes, 24 hours, 4 work hours or 5 work days"
                ))
        }
        self = allowance
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The limits of a case's clocks.
struct CaseLimits: Codable, Sendable, Hashable {
    var accept: Allowance
    /// For the first answer to whoever reported; nil where none is asked for.
    var answer: Allowance?
    var resolve: Allowance
    /// After a missed deadline, until the next rung is told.
    var climb: Allowance
}

/// The limits of a whistle's clocks.
struct WhistleLimits: Codable, Sendable, Hashable {
    /// To take note (签收) and to get in touch; nil where neither is asked for.
    var sign: Allowance?
    var contact: Allowance?
    var arrive: Allowance
    var complete: Allowance
    var climb: Allowance
}
