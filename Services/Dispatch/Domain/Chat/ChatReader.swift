import Contracts

/// Goes through a message from its beginning to its end, never back further than a word.
struct ChatReader {
    /// As written, for words.
    private let written: [Unicode.Scalar]
    /// In one case and width, for what is recognised; as many scalars.
    let folded: [Unicode.Scalar]
    var position = 0

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

    /// The longest of the names that stands here: of 已解决 and 解决 the first.
    mutating func oneOf<Value>(_ names: [(String, Value)]) -> Value? {
        let forms = names.map { (Array($0.0.unicodeScalars), $0.1) }.filter { stands($0.0) }
        guard let longest = forms.max(by: { $0.0.count < $1.0.count }), take(longest.0) else { return nil }
        return longest.1
    }

    /// `1027`, `#1027`, `1027号`, `2026-1027`, `第1027号`.
    mutating func number() -> ChatCommand.Number? {
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
        // A longer number is a unit's code, one with letters is something else, and one of several is a date.
        guard number > 0, isAtEnd || !(folded[position].isChatDigit || folded[position].isChatLetter), !isDate else {
            position = start
            return nil
        }
        skipSpace()
        return ChatCommand.Number(number: number, year: year)
    }

    /// Whether what comes makes a date of the number before it.
    private var isDate: Bool {
        guard position + 1 < folded.count, folded[position + 1].isChatDigit else { return false }
        return ["-", "/", "年", "月", ":"].contains(folded[position])
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

    /// The full code of a category: `utility.water.burst`.
    mutating func category() -> String? {
        word { text in
            let text = text.lowercased()
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 3 && parts.allSatisfy { !$0.isEmpty } && Identifier.isValid(text) ? text : nil
        }
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

    private mutating func take(_ form: [Unicode.Scalar]) -> Bool {
        guard stands(form) else { return false }
        position += form.count
        skipSpace()
        return true
    }

    /// What is recognised has to end where a word does: `done` is not in `donesy`; Chinese goes on without a space.
    private func stands(_ form: [Unicode.Scalar]) -> Bool {
        guard folded.count - position >= form.count, folded[position..<position + form.count].elementsEqual(form) else {
            return false
        }
        let end = position + form.count
        return end == folded.count || form.last?.isChatLetter != true || !folded[end].isChatLetter
    }

    /// One mark within a number or a date, with nothing skipped.
    mutating func takeMark(_ mark: Unicode.Scalar) -> Bool {
        guard !isAtEnd, folded[position] == mark else { return false }
        position += 1
        return true
    }

    mutating func digits(atMost count: Int) -> Int? {
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

    mutating func skipSpace() {
        while !isAtEnd, folded[position].isChatSpace { position += 1 }
    }
}

extension Unicode.Scalar {
    /// What stands between the parts of a message: spaces and the marks that people put there.
    fileprivate var isChatSpace: Bool {
        properties.isWhitespace || [",", "，", "。", ":", "：", ";", "；", "、", "!", "！"].contains(self)
    }

    var isChatDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isChatLetter: Bool { ("a"..."z").contains(self) }
}
