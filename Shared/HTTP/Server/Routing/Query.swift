public import FoundationEssentials

/// The parameters after the `?`. Reading one that is absent, repeated or out of range throws a `Problem` that names it.
///
/// Names are compared with regard to case. An empty value is a value.
public struct Query: Sendable, Equatable {
    public struct Item: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public let items: [Item]

    public init(_ items: [Item] = []) { self.items = items }

    /// Also reads a form's body (`application/x-www-form-urlencoded`). Nil when an escape is broken or a text is not UTF-8.
    public init?(_ raw: some Sequence<UInt8>) {
        var items: [Item] = []
        for pair in Array(raw).split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(parts[0], plusIsSpace: true),
                let value = percentDecoded(parts.count > 1 ? parts[1] : [], plusIsSpace: true)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }

    /// All values of a parameter that may repeat, in order.
    public func values(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }
}

// MARK: Reading

extension Query {
    /// Nil when absent.
    ///
    /// - Parameter maximum: most characters.
    /// - Throws: `Problem` when repeated or longer.
    public func string(_ name: String, maximum: Int = 256) throws(Problem) -> String? {
        let values = values(name)
        guard values.count <= 1 else { throw .invalid(name, "must be given once, not \(values.count) times") }
        guard let value = values.first else { return nil }
        // As JSON Schema counts, which the documents say it in.
        guard value.unicodeScalars.count <= maximum else {
            throw .invalid(name, "must be at most \(maximum) characters long")
        }
        return value
    }

    /// - Throws: `Problem` when absent, repeated, empty or longer than `maximum` characters.
    public func requiredString(_ name: String, maximum: Int = 256) throws(Problem) -> String {
        guard let value = try string(name, maximum: maximum), !value.isEmpty else {
            throw .invalid(name, "must be given")
        }
        return value
    }

    /// Nil when absent.
    ///
    /// - Throws: `Problem` when repeated, not a whole number in decimal digits, or outside `range`.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = try string(name) else { return nil }
        guard let number = Int(text), !text.hasPrefix("+"), range.contains(number) else {
            throw .invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Throws: `Problem` when repeated, not a whole number in decimal digits, or outside `range`.
    public func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(Problem) -> Int {
        try integer(name, in: range) ?? fallback
    }

    /// `true` or `false`.
    ///
    /// - Throws: `Problem` when repeated or anything else.
    public func boolean(_ name: String, default fallback: Bool) throws(Problem) -> Bool {
        switch try string(name) {
        case nil: return fallback
        case "true": return true
        case "false": return false
        default: throw .invalid(name, "must be true or false")
        }
    }

    /// One of an enumeration's raw values; nil when absent.
    ///
    /// - Throws: `Problem` when repeated or none of them; it lists them.
    public func choice<T: RawRepresentable<String> & CaseIterable>(_ name: String, of: T.Type = T.self) throws(Problem)
        -> T?
    {
        guard let text = try string(name) else { return nil }
        guard let value = T(rawValue: text) else {
            throw .invalid(name, "must be one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    /// A date and time with its zone (RFC 3339); nil when absent.
    ///
    /// - Throws: `Problem` when repeated or anything else. A `+` that was not escaped arrives as a space.
    public func date(_ name: String) throws(Problem) -> Date? {
        try value(name, expected: "a date and time such as 2026-11-24T08:30:00Z or %2B08:00", RFC3339.date)
    }

    /// What `parse` makes of the text; nil when absent.
    ///
    /// - Parameter expected: what it must be, to follow "must be": "an RFC 3339 date".
    /// - Throws: `Problem` when repeated or `parse` returns nil.
    public func value<T>(_ name: String, expected: String, _ parse: (String) -> T?) throws(Problem) -> T? {
        guard let text = try string(name) else { return nil }
        guard let value = parse(text) else { throw .invalid(name, "must be \(expected)") }
        return value
    }

    /// Refuses parameters whose name is none of these: a misspelt filter must not be answered as if it were not there.
    ///
    /// - Throws: `Problem` with an error for each.
    public func requireOnly(_ names: String...) throws(Problem) { try requireOnly(names) }

    /// The same for names that are counted up elsewhere.
    public func requireOnly(_ names: [String]) throws(Problem) {
        let unknown = items.filter { !names.contains($0.name) }
        guard !unknown.isEmpty else { return }
        let known = names.isEmpty ? "this resource takes none" : "known are \(names.sorted().joined(separator: ", "))"
        throw Problem(
            .invalidParameter, errors: unknown.map { .init(parameter: $0.name, "is unknown here; \(known)") })
    }
}

extension Problem {
    static func invalid(_ parameter: String, _ detail: String) -> Problem {
        Problem(.invalidParameter, errors: [.init(parameter: parameter, detail)])
    }
}
