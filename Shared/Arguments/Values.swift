/// What a command was given, by the options and arguments that it declared.
public struct Values: Sendable {
    var options: [String: any Sendable] = [:]
    var arguments: [String: any Sendable] = [:]

    public subscript<Value>(option: Option<Value>) -> Value {
        value(options[option.definition.name], "--" + option.definition.name)
    }

    public subscript<Value>(argument: Argument<Value>) -> Value {
        value(arguments[argument.definition.name], argument.definition.name)
    }

    private func value<Value>(_ stored: (any Sendable)?, _ name: String) -> Value {
        guard let stored, let value = stored as? Value else {
            preconditionFailure("\(name) is not declared by this command or by one above it")
        }
        return value
    }
}
