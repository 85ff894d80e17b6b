/// The bytes of a document, and which members of its open objects lie where.
///
/// Members are written in the order in which they come. An object is sorted when it ends, by moving its members' bytes: they
/// are the last ones written, since what is within an object ends before it does.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Of all open objects, those of the innermost last.
    private var members: [Member] = []
    private var levels: [Level] = []

    private struct Member {
        let key: String
        let start: Int
        var end: Int
    }

    /// An array or object that has not ended.
    private struct Level {
        let isObject: Bool
        let firstMember: Int
        var count = 0
    }

    init() { bytes.reserveCapacity(512) }

    var isEmpty: Bool { bytes.isEmpty }
    func count(at level: Int) -> Int { level < levels.count ? levels[level].count : 0 }

    /// The keys under which what is being written lies.
    var path: [String] {
        levels.indices.compactMap { index in
            guard levels[index].isObject else { return "\(max(levels[index].count - 1, 0))" }
            let end = index + 1 < levels.count ? levels[index + 1].firstMember : members.count
            return end > levels[index].firstMember ? members[end - 1].key : nil
        }
    }

    /// Begins an array or object, unless the value at this depth has begun one before.
    mutating func open(isObject: Bool, at depth: Int) {
        close(to: depth + 1)
        guard levels.count == depth else {
            precondition(levels[depth].isObject == isObject, "one value is written as an array and as an object")
            return
        }
        levels.append(Level(isObject: isObject, firstMember: members.count))
        bytes.append(isObject ? .openBrace : .openBracket)
    }

    /// Begins the next member of the object at this depth.
    mutating func member(_ key: String, at depth: Int) {
        close(to: depth + 1)
        if levels[depth].count > 0 {
            endMember()
            bytes.append(.comma)
        }
        levels[depth].count += 1
        members.append(Member(key: key, start: bytes.count, end: bytes.count))
        string(key)
        bytes.append(.colon)
    }

    /// Begins the next element of the array at this depth.
    mutating func element(at depth: Int) {
        close(to: depth + 1)
        if levels[depth].count > 0 { bytes.append(.comma) }
        levels[depth].count += 1
    }

    /// Ends what is open below this depth.
    mutating func close(to depth: Int) {
        while levels.count > depth {
            let level = levels[levels.count - 1]
            if level.isObject {
                if level.count > 0 { endMember() }
                sort(from: level.firstMember)
            }
            bytes.append(level.isObject ? .closeBrace : .closeBracket)
            levels.removeLast()
        }
    }

    private mutating func endMember() {
        // Nobody wrote to the encoder that was given away for it.
        if bytes.last == .colon { literal("{}") }
        members[members.count - 1].end = bytes.count
    }

    private mutating func sort(from first: Int) {
        defer { members.removeSubrange(first...) }
        guard let start = members[first...].first?.start else { return }
        var isSorted = true
        for index in members.indices.dropFirst(first + 1)
        where !members[index - 1].key.utf8.lexicographicallyPrecedes(members[index].key.utf8) {
            isSorted = false
            break
        }
        if isSorted { return }
        let unsorted = Array(bytes[start...])
        bytes.removeSubrange(start...)
        // By the keys' bytes; of equal ones the first written stays first.
        let sorted = members[first...].sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            // Of a key that was written twice the last one counts.
            if index + 1 < sorted.count, sorted[index + 1].key == member.key { continue }
            if bytes.count > start { bytes.append(.comma) }
            bytes.append(contentsOf: unsorted[member.start - start..<member.end - start])
        }
    }
}

// MARK: Values

extension JSONText {
    mutating func literal(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func integer(_ value: some BinaryInteger) {
        guard let small = Int64(exactly: value) else { return raw("\(value)") }
        var rest = small.magnitude
        if small < 0 { bytes.append(.minus) }
        let start = bytes.count
        repeat {
            bytes.append(.zero + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func string(_ value: String) {
        bytes.append(.quote)
        var value = value
        value.withUTF8 { utf8 in
            var plain = 0
            for index in utf8.indices {
                let byte = utf8[index]
                guard byte < 0x20 || byte == .quote || byte == .backslash else { continue }
                bytes.append(contentsOf: utf8[plain..<index])
                escape(byte)
                plain = index + 1
            }
            bytes.append(contentsOf: utf8[plain...])
        }
        bytes.append(.quote)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(.backslash)
        switch byte {
        case .quote, .backslash: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            literal("u00")
            bytes.append(.zero + byte >> 4)
            let digit = byte & 0x0F
            bytes.append(digit < 10 ? .zero + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let backslash = UInt8(ascii: "\\")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let colon = UInt8(ascii: ":")
    fileprivate static let minus = UInt8(ascii: "-")
    fileprivate static let zero = UInt8(ascii: "0")
    fileprivate static let openBrace = UInt8(ascii: "{")
    fileprivate static let closeBrace = UInt8(ascii: "}")
    fileprivate static let openBracket = UInt8(ascii: "[")
    fileprivate static let closeBracket = UInt8(ascii: "]")
}
