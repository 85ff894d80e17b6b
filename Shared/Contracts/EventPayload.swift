/// What an event of one type says: a value with a fixed JSON form.
///
/// A new version of a type is a new type of ours beside the old; a field that is added must be optional, since readers
/// meet events of before.
public protocol EventPayload: Codable, Sendable, Equatable {
    /// The CloudEvents type with its version, such as `muster.case.opened.v1`.
    static var type: String { get }
    static var topic: Topic { get }

    /// The record's key; see `Topic.key`.
    var key: String { get }
    /// What the event is about (`ce_subject`).
    var subject: String { get }

    /// Finds the first thing that no reader should have to deal with, such as a text over its limit.
    func validate() throws(InvalidField)
}

extension EventPayload {
    public var subject: String { key }
    public func validate() throws(InvalidField) {}
}

/// A field that breaks a rule, in words for whoever sent it.
public struct InvalidField: Error, Sendable, Equatable, CustomStringConvertible {
    /// JSON pointer (RFC 6901).
    public let pointer: String
    /// What was wrong and what would be right; never the value itself, which may be personal.
    public let detail: String

    public init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    public var description: String { "\(pointer) \(detail)" }
}

/// The limits that validation checks, in one place so that the documents can quote them.
public enum Limit {
    public static let text = 4_000
    public static let label = 200
    public static let items = 50
    /// Of an event's JSON, in bytes; intermediaries forward at least 64 KiB (CloudEvents 1.0).
    public static let eventBytes = 65_536
    /// A name that no list must hold: categories, rule items, attributes.
    public static let code = 64

    public static func check(_ text: String?, _ pointer: String, atMost limit: Int) throws(InvalidField) {
        guard let text else { return }
        let count = text.unicodeScalars.count
        guard count <= limit else {
            throw InvalidField(pointer, "has \(count) characters: write at most \(limit)")
        }
        // Postgres cannot store it, and no person typed it.
        guard !text.unicodeScalars.contains("\u{0}") else {
            throw InvalidField(pointer, "contains the character U+0000: leave it out")
        }
    }

    public static func check(count: Int, _ pointer: String, atMost limit: Int = items) throws(InvalidField) {
        guard count <= limit else { throw InvalidField(pointer, "has \(count) items: send at most \(limit)") }
    }

    public static func check(code: String, _ pointer: String) throws(InvalidField) {
        guard Identifier.isValid(code) else { throw InvalidField(pointer, "has the wrong form: \(Identifier.rule)") }
    }
}
