/// A unit of the city's tree by its code, which begins with the codes of all units above it.
///
/// The digits are those of the national division codes: 6 for the city (county level), 3 more for the town, 3 for the
/// community; then, as GB/T 34300 adds them, 3 for the grid; and 4 for the building, 2 for the stairwell of our own.
/// Reach in the tree is thus a comparison of prefixes, in Swift and in an index alike.
public struct UnitCode: Sendable, Hashable, Comparable {
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case city = 6
        case town = 9
        case community = 12
        case grid = 15
        case building = 19
        case stairwell = 21

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public let text: String

    public var level: Level {
        // `init` lets only these lengths through.
        Level(rawValue: text.utf8.count) ?? .city
    }

    /// The unit one level up; nil for the city.
    public var parent: UnitCode? {
        let above = Level.allCases.last { $0 < level }
        return above.flatMap { UnitCode(String(text.prefix($0.rawValue))) }
    }

    /// The unit at a level above or at this one's; nil for a level below.
    public func ancestor(at level: Level) -> UnitCode? {
        level <= self.level ? UnitCode(String(text.prefix(level.rawValue))) : nil
    }

    /// Whether `other` is this unit or lies below it.
    public func contains(_ other: UnitCode) -> Bool { other.text.hasPrefix(text) }

    public static func < (left: UnitCode, right: UnitCode) -> Bool { left.text < right.text }
}

extension UnitCode: LosslessStringConvertible {
    public init?(_ text: String) {
        guard Level(rawValue: text.utf8.count) != nil, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        self.text = text
    }

    public var description: String { text }
}

extension UnitCode: CodedText {
    static var rule: String { "write 6, 9, 12, 15, 19 or 21 digits: city, town, community, grid, building, stairwell" }
}

/// A city department (市直部门): `D` and three digits.
public struct DepartmentCode: Sendable, Hashable, Comparable, LosslessStringConvertible, CodedText {
    public let text: String

    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 4, bytes[0] == UInt8(ascii: "D"), bytes[1...].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    static var rule: String { "write D and three digits, such as D017" }
    public static func < (left: DepartmentCode, right: DepartmentCode) -> Bool { left.text < right.text }
}

/// A person in the directory, or a subject of credit: 1 to 64 letters, digits, `.`, `_`, `:` or `-`.
///
/// Never a phone or identity number: ids are not secret.
public struct PersonID: Sendable, Hashable, Comparable, LosslessStringConvertible, CodedText {
    public let text: String

    public init?(_ text: String) {
        guard Identifier.isValid(text) else { return nil }
        self.text = text
    }

    public var description: String { text }
    static var rule: String { Identifier.rule }
    public static func < (left: PersonID, right: PersonID) -> Bool { left.text < right.text }
}

/// What an id made by somebody else may look like.
public enum Identifier {
    public static let rule = "write 1 to 64 letters, digits, '.', '_', ':' or '-'"

    public static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2e, 0x5f, 0x3a, 0x2d: true
                default: false
                }
            }
    }
}

/// A value that JSON carries as one string of a fixed form.
protocol CodedText: Codable, LosslessStringConvertible {
    /// What would be right, for the error of a reader.
    static var rule: String { get }
}

extension CodedText {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "has the wrong form: \(Self.rule)"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
