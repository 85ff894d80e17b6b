import FoundationEssentials

/// Decodes once more what did not decode, to learn exactly why.
///
/// Foundation's decoder reports a number that does not fit its type (`3.5` for an `Int`, `300` for a `UInt8`) as "not valid
/// JSON" at no place, and never says what it found. This one is slower and says both. Its errors are `DecodingError`s whose
/// description is the requirement in the words of JSON: "must be a whole number from 0 to 255, not the number 300".
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    /// For the types that Foundation decodes in a way of its own: `Date`, `Data`, `URL`, `Decimal`.
    let foundation: JSONDecoder
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch([String: Any].self, "an object") }
        return KeyedDecodingContainer(Keyed<Key>(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([Any].self, "an array") }
        return Unkeyed(decoder: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

    func at(_ key: any CodingKey, _ value: JSONValue) -> JSONValueDecoder {
        JSONValueDecoder(value: value, codingPath: codingPath + [key], foundation: foundation)
    }

    func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "must be \(expected), not \(value.kind)")
        return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func invalid(_ requirement: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: requirement))
    }
}

// MARK: Values

extension JSONValueDecoder {
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        switch type {
        case is Date.Type: return try byFoundation(type, "a date and time such as 2026-11-24T08:30:00Z")
        case is Data.Type: return try byFoundation(type, "a string in base64")
        case is URL.Type: return try byFoundation(type, "a URL")
        case is UUID.Type: return try byFoundation(type, "a UUID such as 7d3f2c1a-5b6e-4f80-9a1b-2c3d4e5f6a7b")
        case is Decimal.Type: return try byFoundation(type, "a number")
        case let type as any (CaseIterable & RawRepresentable).Type:
            do { return try T(from: self) } catch DecodingError.dataCorrupted { throw invalid(Self.choice(type)) }
        default: return try T(from: self)
        }
    }

    private static func choice<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type) -> String {
        "must be one of " + type.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
    }

    private func byFoundation<T: Decodable>(_ type: T.Type, _ expected: String) throws -> T {
        do {
            return try foundation.decode(type, from: Data(JSON.encode(value)))
        } catch {
            if case .string = value { throw invalid("must be \(expected)") }
            throw mismatch(type, expected)
        }
    }

    func boolean() throws -> Bool {
        guard case .boolean(let value) = value else { throw mismatch(Bool.self, "true or false") }
        return value
    }

    func string() throws -> String {
        guard case .string(let value) = value else { throw mismatch(String.self, "a string") }
        return value
    }

    func number<T: BinaryFloatingPoint>(_ type: T.Type) throws -> T {
        switch value {
        case .integer(let value): return T(value)
        case .number(let value): return T(value)
        default: throw mismatch(type, "a number")
        }
    }

    func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        switch value {
        case .integer(let number):
            if let value = T(exactly: number) { return value }
        case .number: break
        default: throw mismatch(type, "a whole number")
        }
        throw invalid("must be a whole number from \(T.min) to \(T.max)")
    }
}

extension JSONValue {
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
