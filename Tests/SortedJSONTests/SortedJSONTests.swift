import Foundation
import SortedJSON
import Testing

/// Foundation's encoder is what every byte is compared with.
@Suite("Sorted JSON is what Foundation writes")
struct SortedJSONTests {
    private func foundation(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func ours(_ value: some Encodable) throws -> String {
        String(decoding: try SortedJSON.encode(value), as: UTF8.self)
    }

    private func expectSame(_ value: some Encodable, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try ours(value) == foundation(value), sourceLocation: sourceLocation)
    }

    @Test("single values")
    func singleValues() throws {
        try expectSame(true)
        try expectSame(Int8.min)
        try expectSame(Int64.min)
        try expectSame(UInt64.max)
        try expectSame(0)
        for number in [0, -0.0, 1, 1.5, -2.25, 0.1, 1e-7, 1e21, 1.7976931348623157e308, 2.5e-300] {
            try expectSame(number)
            try expectSame(Float(number).isFinite ? Float(number) : 0)
        }
        try expectSame(Int?.none)
        try expectSame(Decimal(string: "12345678901234567890.125"))
        try expectSame(URL(string: "https://example.org/a?b=c/d"))
        try expectSame(UUID(uuidString: "7d3f2c1a-5b6e-4f80-9a1b-2c3d4e5f6a7b"))
        try expectSame(Data([0, 1, 2, 255]))
        try expectSame(Date(timeIntervalSinceReferenceDate: 12.5))
    }

    @Test("every character that may need an escape, and those that need none")
    func strings() throws {
        for scalar in (0...0x2FF).compactMap(Unicode.Scalar.init) { try expectSame("a\(Character(scalar))b") }
        for text in ["", "垃圾堆在楼下", "a/b\\c\"d", "👨‍👩‍👧 é e\u{301} \u{2028}\u{2029}\u{FEFF}\u{10FFFF}", "\u{7F}\r\n"] {
            try expectSame(text)
            try expectSame([text: [text]])
        }
        // A string that does not lie in memory as UTF-8 in one piece, as it comes from a substring of another one.
        try expectSame(String("一二三四五六七八九十".dropFirst(3)))
    }

    struct Shape: Codable {
        var zeta = 1
        var alpha: String? = "α"
        var none: Int?
        var alphA = [true, false]
        var nested: [String: Inner] = ["b": Inner(), "a": Inner(x: nil), "": Inner(), "aa": Inner(), "a b": Inner()]
        var kinds: [Kind: Int] = [.two: 2, .one: 1]
        var empty: [Int] = []
        var nothing: [String: Int] = [:]
        var blank = Blank()
        var pair = [Inner(), Inner(x: -7)]
        struct Inner: Codable {
            var y = 0.5
            var x: Int? = 3
            var deep = [[1], [], [2, 3]]
        }
        enum Kind: String, Codable, CodingKeyRepresentable { case one, two }
        struct Blank: Codable {}
    }

    @Test("objects are sorted by their keys' bytes, at every depth")
    func objects() throws {
        try expectSame(Shape())
        try expectSame([Shape(), Shape(zeta: 2, alpha: nil)])
        try expectSame(["é": 1, "e": 2, "z": 3, "中": 4, "\u{1F600}": 5, "\"": 6, "\u{1}": 7, " ": 8, "Z": 9])
        try expectSame(Shape.Blank())
        try expectSame([Shape.Blank()])
    }

    /// Everything that an `encode(to:)` may do besides what the compiler makes.
    struct ByHand: Encodable {
        enum Key: String, CodingKey { case list, inner, b, a, twice, late }
        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(1, forKey: .twice)
            var list = members.nestedUnkeyedContainer(forKey: .list)
            try list.encode(1)
            var within = list.nestedContainer(keyedBy: Key.self)
            try within.encode("b", forKey: .b)
            try within.encode("a", forKey: .a)
            var array = list.nestedUnkeyedContainer()
            try array.encodeNil()
            try list.encode("after")
            #expect(list.count == 4)
            var inner = members.nestedContainer(keyedBy: Key.self, forKey: .inner)
            try inner.encode(2, forKey: .b)
            try inner.encodeNil(forKey: .a)
            try members.encode(2, forKey: .twice)
            var more = encoder.container(keyedBy: Key.self)
            try more.encode([0.5], forKey: .late)
            var one = members.superEncoder(forKey: .a).singleValueContainer()
            try one.encode([Int]())
            _ = members.superEncoder(forKey: .b)
        }
    }

    @Test("containers in containers, twice the same key, a second container of one value")
    func byHand() throws {
        let written = try ours(ByHand())
        #expect(
            written
                == #"{"a":[],"b":{},"inner":{"a":null,"b":2},"late":[0.5],"list":[1,{"a":"a","b":"b"},[null],"after"],"twice":2}"#
        )
        try expectSame(ByHand())
    }

    class Plain: Encodable {
        let own = 1
        init() {}
    }

    final class Derived: Plain {
        let more = 2
        enum Key: CodingKey { case more }
        override func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(more, forKey: .more)
            try super.encode(to: members.superEncoder())
        }
    }

    @Test("a class and what it derives from") func classes() throws { try expectSame([Derived()]) }

    @Test("a date by the words that are given") func dates() throws {
        let written = try SortedJSON.encode(["at": Date(timeIntervalSinceReferenceDate: 0)]) { _ in "then" }
        #expect(String(decoding: written, as: UTF8.self) == #"{"at":"then"}"#)
    }

    @Test("what JSON cannot say is an error that names the place")
    func refusals() throws {
        struct Outer: Encodable {
            var list = ["x": [0, Double.nan]]
        }
        #expect {
            try SortedJSON.encode(Outer())
        } throws: { error in
            guard case EncodingError.invalidValue(_, let context) = error else { return false }
            return context.codingPath.map(\.stringValue) == ["list", "x", "1"]
        }
        struct Silent: Encodable { func encode(to encoder: any Encoder) {} }
        #expect(throws: EncodingError.self) { try SortedJSON.encode(Silent()) }
        #expect(try ours([Silent()]) == "[{}]")
    }

    /// Values of random shape: 2,000 of one seed.
    indirect enum Shapeless: Encodable {
        case null, bool(Bool), integer(Int64), number(Double), string(String), array([Shapeless]), object(
            [String: Shapeless])

        init(_ random: inout Seeded, depth: Int) {
            func text() -> String {
                let letters = Array("ab\"\\/\n\u{1}é中😀 Z")
                return String((0..<random.below(6)).map { _ in letters[random.below(letters.count)] })
            }
            switch random.below(depth > 0 ? 7 : 5) {
            case 0: self = .null
            case 1: self = .bool(random.below(2) == 0)
            case 2: self = .integer(Int64(bitPattern: random.next()) >> random.below(64))
            case 3: self = .number(Double(Int64(bitPattern: random.next())) / 1024)
            case 4: self = .string(text())
            case 5: self = .array((0..<random.below(5)).map { _ in Shapeless(&random, depth: depth - 1) })
            default:
                self = .object(
                    Dictionary((0..<random.below(8)).map { _ in (text(), Shapeless(&random, depth: depth - 1)) }) { $1 }
                )
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .array(let value): try container.encode(value)
            case .object(let value): try container.encode(value)
            }
        }
    }

    struct Seeded {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
        mutating func below(_ count: Int) -> Int { Int(next() >> 33) % count }
    }

    @Test("two thousand values of random shape") func random() throws {
        var seeded = Seeded(state: 7)
        for _ in 0..<2_000 { try expectSame(Shapeless(&seeded, depth: 4)) }
    }
}
