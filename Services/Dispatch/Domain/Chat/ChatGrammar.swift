import Contracts

/// Reads chat messages: pure, and total, so that any text is a command or says why it is none.
enum ChatGrammar {
    /// Of a message; nobody writes a command that is longer.
    static let charactersAtMost = 1_000

    static func read(_ text: String) throws(ChatFault) -> ChatCommand {
        guard text.unicodeScalars.count <= charactersAtMost else {
            throw ChatFault(
                "the message is longer than \(charactersAtMost) characters: write the command and a few words")
        }
        var reader = ChatReader(text)
        reader.skipMention()
        if reader.isAtEnd { throw ChatFault("the message is empty: write for instance 接 1027 or accept 1027") }

        var number = reader.number()
        guard let verb = reader.verb() else {
            throw ChatFault(
                "the message begins with no command that is known: write one of "
                    + ChatVerb.all.map { "\($0.chinese[0]) (\($0.english[0]))" }.joined(separator: ", "))
        }
        if number == nil { number = reader.number() }
        var command = ChatCommand(action: verb.action)
        command.number = number?.number
        command.year = number?.year
        try readArguments(of: verb, &reader, &command)
        command.words = reader.rest()
        if verb.needsWords, command.words == nil {
            throw ChatFault("it must be said why: write for instance \(verb.example)")
        }
        return command
    }

    private static func readArguments(
        of verb: ChatVerb, _ reader: inout ChatReader, _ command: inout ChatCommand
    ) throws(ChatFault) {
        switch verb.takes {
        case .nothing:
            if verb.isDepartments, let department = reader.department() { command.departments = [department] }
        case .departments:
            command.whistle = reader.oneOf(whistles)
            while let department = reader.department() { command.departments.append(department) }
            if command.whistle == nil { command.whistle = reader.oneOf(whistles) }
            guard command.whistle != nil, !command.departments.isEmpty else {
                throw ChatFault("a whistle needs its kind and its departments: write for instance \(verb.example)")
            }
        case .unitOrPerson:
            _ = reader.oneOf([("给", ()), ("to", ())])
            command.unit = reader.unit()
            command.person = reader.person()
            if command.unit == nil { command.unit = reader.unit() }
            guard command.unit != nil || command.person != nil else {
                throw ChatFault("it needs to be said to whom: write for instance \(verb.example)")
            }
        case .handling:
            command.handling = reader.oneOf(handlings)
            guard command.handling != nil else {
                throw ChatFault("it needs small, big or hard (小事, 大事, 难事): write for instance \(verb.example)")
            }
        case .rating:
            command.rating = reader.rating()
            guard command.rating != nil else {
                throw ChatFault("it needs a mark from 1 to 5: write for instance \(verb.example)")
            }
        }
    }

    static let handlings: [(String, Handling)] = [
        ("小事", .small), ("大事", .big), ("难事", .hard), ("small", .small), ("big", .big), ("hard", .hard),
    ]
    static let whistles: [(String, WhistleKind)] = [
        ("应急", .emergency), ("执法", .enforcement), ("攻坚", .keyWork), ("emergency", .emergency),
        ("enforcement", .enforcement), ("key-work", .keyWork), ("key work", .keyWork),
    ]
}

/// Goes through a message from its beginning to its end, never back further than a word.
struct ChatReader {
    /// As written, for words.
    private let written: [Unicode.Scalar]
    /// In one case and width, for what is recognised; as many scalars.
    private let folded: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        written = Array(text.unicodeScalars)
        folded = FoldedText(text).scalars
        skipSpace()
    }

    var isAtEnd: Bool { position == folded.count }

    /// `@bot` and `/`: how chat programs address a bot.
    mutating func skipMention() {
        while !isAtEnd, folded[position] == "@" {
            while !isAtEnd, !folded[position].isChatSpace { position += 1 }
            skipSpace()
        }
        if !isAtEnd, folded[position] == "/" { position += 1 }
        skipSpace()
    }

    mutating func verb() -> ChatVerb? {
        for (form, verb) in ChatVerb.forms where take(form) { return verb }
        return nil
    }

    mutating func oneOf<Value>(_ names: [(String, Value)]) -> Value? {
        for (name, value) in names where take(Array(name.unicodeScalars)) { return value }
        return nil
    }

    /// `1027`, `#1027`, `1027号`, `2026-1027`, `第1027号`.
    mutating func number() -> (number: Int, year: Int?)? {
        let start = position
        if !isAtEnd, folded[position] == "#" || folded[position] == "第" { position += 1 }
        guard var number = digits(atMost: 9) else {
            position = start
            return nil
        }
        var year: Int?
        if !isAtEnd, folded[position] == "-", (2_000...2_099).contains(number) {
            position += 1
            guard let second = digits(atMost: 9) else {
                position = start
                return nil
            }
            (year, number) = (number, second)
        }
        if !isAtEnd, folded[position] == "号" { position += 1 }
        // A longer number is a unit's code, and one with letters is something else.
        guard number > 0, isAtEnd || !(folded[position].isChatDigit || folded[position].isChatLetter) else {
            position = start
            return nil
        }
        skipSpace()
        return (number, year)
    }

    mutating func department() -> DepartmentCode? {
        word { text in DepartmentCode(text.uppercased()) }
    }

    mutating func unit() -> UnitCode? { word { UnitCode($0) } }

    /// `@p-grid-2`: who is meant is written as chat programs write whom they mention.
    mutating func person() -> PersonID? {
        guard !isAtEnd, folded[position] == "@" else { return nil }
        return word { PersonID(String($0.dropFirst())) }
    }

    /// `5`, `5分`, `五星`.
    mutating func rating() -> Int? {
        guard !isAtEnd else { return nil }
        let marks: [Unicode.Scalar: Int] = [
            "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5,
        ]
        guard let mark = marks[folded[position]], position + 1 == folded.count || !folded[position + 1].isChatDigit
        else {
            return nil
        }
        position += 1
        if !isAtEnd, folded[position] == "分" || folded[position] == "星" { position += 1 }
        skipSpace()
        return mark
    }

    /// Everything that is left, as written; nil for nothing.
    mutating func rest() -> String? {
        var end = written.count
        while end > position, folded[end - 1].isChatSpace { end -= 1 }
        guard end > position else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: written[position..<end])
        position = written.count
        return String(text)
    }

    // MARK: Parts

    /// What is recognised has to end where a word does: `done` is not in `donesy`; Chinese goes on without a space.
    private mutating func take(_ form: [Unicode.Scalar]) -> Bool {
        guard folded.count - position >= form.count, folded[position..<position + form.count].elementsEqual(form) else {
            return false
        }
        let end = position + form.count
        if end < folded.count, form.last?.isChatLetter == true, folded[end].isChatLetter { return false }
        position = end
        skipSpace()
        return true
    }

    private mutating func digits(atMost count: Int) -> Int? {
        var value = 0
        let start = position
        while !isAtEnd, position - start < count, folded[position].isChatDigit {
            value = value * 10 + Int(folded[position].value - 0x30)
            position += 1
        }
        return position > start ? value : nil
    }

    /// The next word up to a space, if it is a value.
    private mutating func word<Value>(_ parse: (String) -> Value?) -> Value? {
        var end = position
        while end < written.count, !folded[end].isChatSpace { end += 1 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: written[position..<end])
        guard end > position, let value = parse(String(text)) else { return nil }
        position = end
        skipSpace()
        return value
    }

    private mutating func skipSpace() {
        while !isAtEnd, folded[position].isChatSpace { position += 1 }
    }
}

extension Unicode.Scalar {
    /// What stands between the parts of a message: spaces and the marks that people put there.
    fileprivate var isChatSpace: Bool {
        properties.isWhitespace || [",", "，", "。", ":", "：", ";", "；", "、", "!", "！"].contains(self)
    }

    fileprivate var isChatDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isChatLetter: Bool { ("a"..."z").contains(self) }
}
