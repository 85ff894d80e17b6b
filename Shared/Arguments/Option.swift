/// Something with a name and a value: `--port 8080` or `--port=8080`. It is also the key to its value:
///
///     let port = Option("port", value: "PORT", about: "where to listen", parser: .integer(1...65535), default: 8080)
///     …
///     try await listen(on: values[port])
public struct Option<Value: Sendable>: DeclaredOption {
    public let definition: OptionDefinition

    init(_ definition: OptionDefinition) {
        self.definition = definition
    }
}

/// An option of any type, as a command lists it.
public protocol DeclaredOption: Sendable {
    var definition: OptionDefinition { get }
}

/// What there is to say of an option or flag, without its type.
public struct OptionDefinition: Sendable {
    /// Without dashes, in kebab-case.
    public let name: String
    public let short: Character?
    /// What the value is called in the help; nil for a flag, which has none.
    public let valueName: String?
    public let about: String
    /// The variable that counts where the option is not given.
    public let environment: String?
    /// The default as text.
    public let defaultText: String?
    public let isRequired: Bool
    public let isRepeated: Bool
    let resolve: @Sendable ([Given]) throws(UsageError) -> any Sendable
}

extension Option {
    /// An option that is always there: with a default, or else required.
    public init(
        _ name: String, short: Character? = nil, value: String, about: String, parser: ValueParser<Value>,
        default fallback: Value? = nil, environment: String? = nil
    ) {
        definition = OptionDefinition(
            name: name, short: short, valueName: value, about: about, environment: environment,
            defaultText: fallback.map(parser.show), isRequired: fallback == nil, isRepeated: false
        ) { given throws(UsageError) in
            if let given = given.last { return try parser.value(given) }
            guard let fallback else { preconditionFailure("the parser refuses a missing required option") }
            return fallback
        }
    }

    /// An option that may be left out.
    public static func optional<Wrapped>(
        _ name: String, short: Character? = nil, value: String, about: String, parser: ValueParser<Wrapped>,
        environment: String? = nil
    ) -> Option where Value == Wrapped? {
        Option(
            OptionDefinition(
                name: name, short: short, valueName: value, about: about, environment: environment, defaultText: nil,
                isRequired: false, isRepeated: false
            ) { given throws(UsageError) in
                guard let given = given.last else { return Value.none as any Sendable }
                return try Value.some(parser.value(given)) as any Sendable
            })
    }

    /// An option that may be given any number of times.
    public static func repeated<Element>(
        _ name: String, short: Character? = nil, value: String, about: String, parser: ValueParser<Element>
    ) -> Option where Value == [Element] {
        Option(
            OptionDefinition(
                name: name, short: short, valueName: value, about: about, environment: nil, defaultText: nil,
                isRequired: false, isRepeated: true
            ) { given throws(UsageError) in
                var values: [Element] = []
                for text in given {
                    values.append(try parser.value(text))
                }
                return values
            })
    }
}

extension Option<Bool> {
    /// Something that is said or not: `--force`. Its value is whether it was.
    public static func flag(_ name: String, short: Character? = nil, about: String) -> Option {
        Option(
            OptionDefinition(
                name: name, short: short, valueName: nil, about: about, environment: nil, defaultText: nil,
                isRequired: false, isRepeated: false
            ) { given throws(UsageError) in !given.isEmpty })
    }
}

extension ValueParser {
    func value(_ given: Given) throws(UsageError) -> Value {
        guard let value = parse(given.text) else {
            throw UsageError(
                "\(given.origin) is '\(given.text)'", remedy: "it must be \(rule), for example \(example)")
        }
        return value
    }
}
