/// How phone numbers, identity numbers and exact addresses are shown to those who need not see them whole.
///
/// A masked value says which it is, to somebody who knows it already, and no more.
public enum Masking {
    /// `13812345678` as `138****5678`; of a short number the last two digits are left.
    public static func phone(_ text: String) -> String { masked(text, keeping: text.count >= 11 ? (3, 4) : (0, 2)) }

    /// `371082199001011234` as `371***********1234`.
    public static func identityNumber(_ text: String) -> String {
        masked(text, keeping: text.count >= 15 ? (3, 4) : (0, 2))
    }

    /// `文化路12号3单元402` as `文化路****`: up to the first digit, and at most six characters.
    public static func address(_ text: String) -> String {
        text.prefix { !$0.isNumber }.prefix(6) + "****"
    }

    /// A text in which whatever may be a phone, identity or account number is masked: runs of seven digits and more,
    /// spaces and hyphens between them not counted. A date such as 2026-11-24 stays.
    public static func numbers(in text: String) -> String {
        var shown = ""
        var run = ""
        func end() {
            // A separator at the end belongs to the text, not to the number.
            let tail = String(run.reversed().prefix { isSeparator($0) }.reversed())
            let number = String(run.dropLast(tail.count))
            shown += isNumber(number) ? phone(number.filter { !isSeparator($0) }) : number
            shown += tail
            run = ""
        }
        for character in text {
            let isCheckDigit = (character == "X" || character == "x") && run.count { isDigit($0) } == 17
            if isDigit(character) || isCheckDigit || (!run.isEmpty && isSeparator(character)) {
                run.append(character)
            } else {
                end()
                shown.append(character)
            }
        }
        end()
        return shown
    }

    private static func isNumber(_ run: String) -> Bool {
        let groups = run.split(separator: "-", omittingEmptySubsequences: false).map(\.count)
        return groups != [4, 2, 2] && run.count { isDigit($0) } >= 7
    }

    /// Full-width digits as well, which input methods make.
    private static func isDigit(_ character: Character) -> Bool { character.wholeNumberValue.map { $0 < 10 } ?? false }
    private static func isSeparator(_ character: Character) -> Bool { character == " " || character == "-" }

    private static func masked(_ text: String, keeping kept: (first: Int, last: Int)) -> String {
        guard text.count > kept.first + kept.last else { return String(repeating: "*", count: max(text.count, 4)) }
        let hidden = String(repeating: "*", count: text.count - kept.first - kept.last)
        return text.prefix(kept.first) + hidden + text.suffix(kept.last)
    }
}
