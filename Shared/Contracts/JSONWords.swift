/// What a decoder wanted, in the words of JSON: people who send events know no Swift.
public func jsonWords(for type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any AnyDictionary.Type: "an object"
    case is any Collection.Type: "an array"
    // A decoder asked for a keyed container of a type of ours.
    default: "an object"
    }
}

/// Dictionaries whatever they hold.
private protocol AnyDictionary {}
extension Dictionary: AnyDictionary {}
