/// Turns the text of an option or argument into a value, and says which texts it takes.
public struct ValueParser<Value: Sendable>: Sendable {
    /// What a text must be, to follow "must be": `a whole number from 1 to 65535`.
    public let rule: String
    /// One text that it takes.
    public let example: String
    let parse: @Sendable (String) -> Value?
    /// Back to text, for the default that the help shows.
    let show: @Sendable (Value) -> String

    public init(
        rule: String, example: String, parse: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        self.rule = rule
        self.example = example
        self.parse = parse
        self.show = show
    }
}

extension ValueParser<String> {
    /// Any text but an empty one.
    public static func text(example: String) -> ValueParser {
        ValueParser(rule: "a text that is not empty", example: example) { $0.isEmpty ? nil : $0 }
    }
}

extension ValueParser<Int> {
    /// - Parameter example: the lowest one, if nothing else is given.
    public static func integer(_ range: ClosedRange<Int>, example: Int? = nil) -> ValueParser {
        ValueParser(
            rule: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: "\(example ?? range.lowerBound)"
        ) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension ValueParser<Double> {
    public static func number(_ range: ClosedRange<Double>) -> ValueParser {
        ValueParser(rule: "a number from \(range.lowerBound) to \(range.upperBound)", example: "\(range.lowerBound)") {
            Double($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueParser<Duration> {
    /// A whole number with its unit: `250ms`, `5s`, `10m`, `2h`, `7d`.
    public static func duration(example: String = "30s") -> ValueParser {
        ValueParser(rule: "a whole number with its unit ms, s, m, h or d", example: example) { text in
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard let amount = Int64(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
            else { return nil }
            let (milliseconds, overflow) = amount.multipliedReportingOverflow(by: unit.milliseconds)
            return overflow ? nil : .milliseconds(milliseconds)
        } show: { duration in
            let milliseconds =
                duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
            let unit = units.last { milliseconds.isMultiple(of: $0.milliseconds) && milliseconds >= $0.milliseconds }
            return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.name ?? "ms")"
        }
    }

    private static var units: [(name: String, milliseconds: Int64)] {
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    }
}

extension ValueParser where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    public static func choice(_ type: Value.Type = Value.self) -> ValueParser {
        let words = type.allCases.map(\.rawValue)
        return ValueParser(
            rule: "one of " + words.joined(separator: ", "), example: words.first ?? "",
            parse: Value.init(rawValue:), show: \.rawValue)
    }
}
