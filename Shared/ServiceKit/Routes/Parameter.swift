public import Contracts
public import HTTPServer

/// What the documents say of a parameter.
public struct ParameterFacts: Sendable {
    public enum Place: String, Sendable { case path, query, header }

    let name: String
    let place: Place
    let about: String
    let isRequired: Bool
    let schema: Schema
}

public protocol RouteParameter: Sendable {
    var facts: ParameterFacts { get }
}

/// A parameter of a route: how it is read and what the documents say of it, in one declaration. Call it with the request.
///
/// ```swift
/// static let grid = Parameter<UnitCode>.query("grid", "the code of a grid")
/// let grid = try Self.grid(request)
/// ```
public struct Parameter<Value>: RouteParameter {
    public let facts: ParameterFacts
    private let read: @Sendable (RequestContext) throws(Problem) -> Value

    init(_ facts: ParameterFacts, _ read: @escaping @Sendable (RequestContext) throws(Problem) -> Value) {
        self.facts = facts
        self.read = read
    }

    /// - Throws: `Problem` that names the parameter and says what it must be.
    public func callAsFunction(_ request: RequestContext) throws(Problem) -> Value { try read(request) }
}

// MARK: In the path

extension Parameter {
    /// - Parameter expected: what it must be, to follow "must be": "the id of a case, a UUID".
    public static func path(
        _ name: String, _ expected: String, _ schema: Schema, _ parse: @escaping @Sendable (String) -> Value?
    ) -> Parameter {
        Parameter(ParameterFacts(name: name, place: .path, about: expected, isRequired: true, schema: schema)) {
            request throws(Problem) in try request.parameter(name, expected: expected, parse)
        }
    }
}

extension Parameter where Value: SchemaDescribed & LosslessStringConvertible & SendableMetatype {
    public static func path(_ name: String, _ expected: String) -> Parameter {
        path(name, expected, Value.schema) { Value($0) }
    }

    /// One that must be given.
    public static func query(_ name: String, _ expected: String) -> Parameter {
        Parameter(ParameterFacts(name: name, place: .query, about: expected, isRequired: true, schema: Value.schema)) {
            request throws(Problem) in
            guard let value = try request.query.value(name, expected: expected, { Value($0) }) else {
                throw Problem(.invalidParameter, errors: [.init(parameter: name, "must be given: \(expected)")])
            }
            return value
        }
    }
}

// MARK: In the query

extension Parameter {
    /// One that may be missing.
    ///
    /// - Parameter expected: what it must be, to follow "must be".
    public static func optional<Given>(
        _ name: String, _ expected: String, _ schema: Schema, _ parse: @escaping @Sendable (String) -> Given?
    ) -> Parameter where Value == Given? {
        Parameter(ParameterFacts(name: name, place: .query, about: expected, isRequired: false, schema: schema)) {
            request throws(Problem) in try request.query.value(name, expected: expected, parse)
        }
    }

    public static func optional<Given: SchemaDescribed & LosslessStringConvertible & SendableMetatype>(
        _ name: String, _ expected: String
    ) -> Parameter where Value == Given? {
        optional(name, expected, Given.schema) { Given($0) }
    }

    /// Where the last page ended: clients pass on what they got, and never make one.
    public static func cursor<Given>(
        _ name: String, _ parse: @escaping @Sendable (String) -> Given?
    ) -> Parameter where Value == Given? {
        optional(name, "the `next` of a page", .text, parse)
    }

    /// One of an enumeration's words.
    public static func choice<Given: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ about: String
    ) -> Parameter where Value == Given? {
        let schema = Schema.words(Given.allCases.map(\.rawValue))
        return Parameter(
            ParameterFacts(name: name, place: .query, about: about, isRequired: false, schema: schema)
        ) { request throws(Problem) in try request.query.choice(name) }
    }
}

extension Parameter where Value == String? {
    public static func text(_ name: String, _ about: String, maximum: Int = 256) -> Parameter {
        let schema = Schema.text.with(["maxLength": .integer(Int64(maximum))])
        return Parameter(ParameterFacts(name: name, place: .query, about: about, isRequired: false, schema: schema)) {
            request throws(Problem) in try request.query.string(name, maximum: maximum)
        }
    }
}

extension Parameter where Value == String {
    public static func text(_ name: String, _ about: String, maximum: Int = 256) -> Parameter {
        let schema = Schema.text.with(["minLength": .integer(1), "maxLength": .integer(Int64(maximum))])
        return Parameter(ParameterFacts(name: name, place: .query, about: about, isRequired: true, schema: schema)) {
            request throws(Problem) in try request.query.requiredString(name, maximum: maximum)
        }
    }
}

extension Parameter where Value == Bool {
    public static func flag(_ name: String, _ about: String) -> Parameter {
        Parameter(
            ParameterFacts(
                name: name, place: .query, about: about, isRequired: false,
                schema: Schema.boolean.with(["default": .bool(false)]))
        ) { request throws(Problem) in try request.query.boolean(name, default: false) }
    }
}

extension Parameter where Value == Int {
    /// How many items a page has at most.
    public static func limit(default fallback: Int = 50) -> Parameter {
        let range = 1...500
        let schema = Schema.integer(in: range).with(["default": .integer(Int64(fallback))])
        return Parameter(
            ParameterFacts(
                name: "limit", place: .query, about: "how many items at most", isRequired: false, schema: schema)
        ) { request throws(Problem) in try request.query.integer("limit", in: range, default: fallback) }
    }
}

extension Parameter where Value == Int? {
    public static func integer(_ name: String, _ about: String, in range: ClosedRange<Int>) -> Parameter {
        Parameter(
            ParameterFacts(
                name: name, place: .query, about: about, isRequired: false, schema: .integer(in: range))
        ) { request throws(Problem) in try request.query.integer(name, in: range) }
    }
}
