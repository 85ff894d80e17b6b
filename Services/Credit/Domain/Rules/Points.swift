/// Points of credit in hundredths: exact, so that sums never drift.
struct Points: Sendable, Hashable, Comparable, AdditiveArithmetic {
    var hundredths: Int

    init(hundredths: Int) { self.hundredths = hundredths }

    static let zero = Points(hundredths: 0)
    static func < (left: Points, right: Points) -> Bool { left.hundredths < right.hundredths }
    static func + (left: Points, right: Points) -> Points { Points(hundredths: left.hundredths + right.hundredths) }
    static func - (left: Points, right: Points) -> Points { Points(hundredths: left.hundredths - right.hundredths) }
    static prefix func - (points: Points) -> Points { Points(hundredths: -points.hundredths) }
    static func * (points: Points, count: Int) -> Points { Points(hundredths: points.hundredths * count) }

    var magnitude: Points { Points(hundredths: abs(hundredths)) }

    /// The whole points at or below.
    var whole: Int { hundredths >= 0 ? hundredths / 100 : -((99 - hundredths) / 100) }
}

extension Points: CustomStringConvertible {
    /// `12.50`, `-0.05`
    var description: String {
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension Points: Codable {
    init(from decoder: any Decoder) throws {
        hundredths = try decoder.singleValueContainer().decode(Int.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hundredths)
    }
}
