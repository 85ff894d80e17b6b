/// Header fields, in the order they came in. Names are compared without regard to ASCII case.
///
/// An array rather than a dictionary: names may repeat, and a scan over the ten fields of an ordinary request is faster
/// than hashing them all first.
public struct Fields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        public static func == (a: Field, b: Field) -> Bool {
            a.name.equalsIgnoringASCIICase(b.name) && a.value == b.value
        }
    }

    public private(set) var all: [Field]

    public init(_ all: [Field] = []) { self.all = all }

    public init(dictionaryLiteral elements: (String, String)...) {
        all = elements.map { Field(name: $0, value: $1) }
    }

    /// Adds a field, beside others of that name.
    public mutating func append(_ name: String, _ value: String) {
        all.append(Field(name: name, value: value))
    }

    /// First value with that name. Setting replaces all fields of the name; nil removes them.
    public subscript(name: String) -> String? {
        get { all.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
        set {
            all.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// All values with that name, in order.
    public func values(_ name: String) -> [String] {
        all.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    }
}

extension String {
    /// Whether both are the same text but for the case of A to Z.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || ($0 ^ $1 == 0x20 && ($0 | 0x20).isASCIILowercase) }
    }
}

extension UInt8 {
    fileprivate var isASCIILowercase: Bool { self >= 0x61 && self <= 0x7a }
}
