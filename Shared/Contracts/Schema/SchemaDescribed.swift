/// A type whose JSON follows from no members: a code, a word of a list, or what it writes by hand.
public protocol SchemaDescribed {
    static var schema: Schema { get }
    /// A value that stands in for others while the schema of what holds one is read; nil when there is none.
    static var sample: Self? { get }
}

/// Says of a type's members what their types do not: what they mean and which limits `validate` checks.
///
/// A test holds each limit against `validate`, so that the documents cannot promise what the code refuses.
public protocol MembersDescribed {
    static var notes: [String: MemberNote] { get }
}

/// What the documents say of one member beside its type.
public struct MemberNote: Sendable {
    public let about: String
    /// Members of its schema that its type does not give.
    public let limits: [String: JSONValue]

    public init(_ about: String, _ limits: [String: JSONValue] = [:]) {
        self.about = about
        self.limits = limits
    }

    /// A text of so many characters. None of them may be U+0000.
    public static func text(_ about: String, _ length: ClosedRange<Int>) -> MemberNote {
        MemberNote(about, lengths(length))
    }

    /// An id or code made by somebody else.
    public static func code(_ about: String) -> MemberNote { MemberNote(about, Identifier.schema.members) }

    public static func integer(_ about: String, in range: ClosedRange<Int>) -> MemberNote {
        MemberNote(about, Schema.integer(in: range).members)
    }

    public static func list(_ about: String, atMost count: Int) -> MemberNote {
        MemberNote(about, ["maxItems": .integer(Int64(count))])
    }

    /// A list of short texts.
    public static func labels(_ about: String, atMost count: Int) -> MemberNote {
        MemberNote(about, Schema.list(of: Schema.text.with(lengths(0...Limit.label)), atMost: count).members)
    }

    private static func lengths(_ length: ClosedRange<Int>) -> [String: JSONValue] {
        [
            "minLength": .integer(Int64(length.lowerBound)), "maxLength": .integer(Int64(length.upperBound)),
            "pattern": .string("^[^\\u0000]*$"),
        ]
    }
}

extension Choice {
    public static var schema: Schema { .words(allCases.map(\.rawValue)) }
    public static var sample: Self? { allCases.first }
}

extension Identifier {
    public static let schema = Schema.text(matching: "[A-Za-z0-9._:-]{1,64}")
}

extension UnitCode: SchemaDescribed {
    public static var schema: Schema {
        .text(matching: "(?:[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15}|[0-9]{19}|[0-9]{21})", example: "371082007025001")
            .described(
                "A unit of the tree: 6 digits for the city, 9 town, 12 community, 15 grid, 19 building, 21 stairwell.")
    }
    public static var sample: UnitCode? { UnitCode("371082007025001") }
}

extension DepartmentCode: SchemaDescribed {
    public static var schema: Schema { .text(matching: "D[0-9]{3}", example: "D017") }
    public static var sample: DepartmentCode? { DepartmentCode("D017") }
}

extension PersonID: SchemaDescribed {
    public static var schema: Schema {
        .text(matching: "[A-Za-z0-9._:-]{1,64}", example: "p-grid-1").described("A person by the directory's id.")
    }
    public static var sample: PersonID? { PersonID("p-grid-1") }
}

extension EventID: SchemaDescribed {
    public static var schema: Schema {
        Schema.text.with([
            "format": .string("uuid"), "examples": .array([.string("01a20d14-c250-8161-a86c-f842d86e1de1")]),
        ])
    }
    public static var sample: EventID? { EventID("01a20d14-c250-8161-a86c-f842d86e1de1") }
}

extension Instant: SchemaDescribed {
    public static var schema: Schema {
        Schema.text.with(["format": .string("date-time"), "examples": .array([.string("2026-11-24T09:00:00+08:00")])])
    }
    public static var sample: Instant? { Instant("2026-11-24T09:00:00+08:00") }
}

extension JSONValue: SchemaDescribed {
    public static var schema: Schema { .any }
    public static var sample: JSONValue? { .null }
}
