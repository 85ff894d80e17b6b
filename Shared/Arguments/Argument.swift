/// Something known by its place: `muster case show CASE`. It is also the key to its value.
public struct Argument<Value: Sendable>: DeclaredArgument {
    public let definition: ArgumentDefinition
}

/// An argument of any type, as a command lists it.
public protocol DeclaredArgument: Sendable {
    var definition: ArgumentDefinition { get }
}

/// What there is to say of an argument, without its type.
public struct ArgumentDefinition: Sendable {
    /// As the help writes it, in capitals.
    public let name: String
    public let about: String
    public let isRequired: Bool
    /// Takes all that is left.
    public let isRepeated: Bool
    /// An example of what goes there.
    public let example: String
    let resolve: @Sendable ([Given]) throws(UsageError) -> any Sendable
}

extension Argument {
    /// An argument that must be there.
    public init(_ name: String, about: String, parser: ValueParser<Value>) {
        definition = ArgumentDefinition(
            name: name, about: about, isRequired: true, isRepeated: false, example: parser.example
        ) { given throws(UsageError) in
            guard let given = given.first else { preconditionFailure("the parser refuses a missing argument") }
            return try parser.value(given)
        }
    }

    /// An argument that may be left out; only others of its kind may follow.
    public static func optional<Wrapped>(_ name: String, about: String, parser: ValueParser<Wrapped>) -> Argument
    where Value == Wrapped? {
        Argument(
            definition: ArgumentDefinition(
                name: name, about: about, isRequired: false, isRepeated: false, example: parser.example
            ) { given throws(UsageError) in
                guard let given = given.first else { return Value.none as any Sendable }
                return try Value.some(parser.value(given)) as any Sendable
            })
    }

    /// All that is left, perhaps nothing; the last argument of its command.
    public static func repeated<Element>(
        _ name: String, about: String, parser: ValueParser<Element>, atLeastOne: Bool = false
    ) -> Argument where Value == [Element] {
        Argument(
            definition: ArgumentDefinition(
                name: name, about: about, isRequired: atLeastOne, isRepeated: true, example: parser.example
            ) { given throws(UsageError) in
                var values: [Element] = []
                for text in given {
                    values.append(try parser.value(text))
                }
                return values
            })
    }
}
