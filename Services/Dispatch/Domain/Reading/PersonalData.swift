/// Finds in a text what points to one person or one door: telephone and identity numbers, however they are written, addresses of
/// e-mail, and the number of a flat.
///
/// People write such things into complaints although there are fields for them. Lists that leave the house hide them, and the
/// full text does not know them, so that nobody can ask whose number it is.
struct PersonalData: Sendable {
    /// Of the text's scalars, apart and in order.
    let spans: [Range<Int>]
    private let scalars: [Unicode.Scalar]

    init(in text: String) { self.init(in: FoldedText(text), text) }

    /// - Parameter folded: the text's folded form, where it is at hand.
    init(in folded: FoldedText, _ text: String) {
        scalars = Array(text.unicodeScalars)
        spans = Self.joined(
            (Self.numbers(folded.scalars) + Self.addresses(folded.scalars) + Self.doors(folded.scalars)).sorted {
                ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
            })
    }

    /// The text with `*` for each character of what is personal.
    var masked: String {
        var shown = scalars
        for index in spans.joined() { shown[index] = "*" }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: shown)
        return String(text)
    }

    // MARK: What is personal

    /// Seven digits and more: a telephone without its area code has seven, an identity number eighteen with perhaps an X.
    private static let digitsAtLeast = 7

    private static func numbers(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        var index = 0
        while index < scalars.count {
            guard scalars[index].isDigit else {
                index += 1
                continue
            }
            let start = index
            var (digits, end) = (0, index)
            while index < scalars.count {
                if scalars[index].isDigit {
                    digits += 1
                    end = index + 1
                } else if !(scalars[index].joinsDigits && index + 1 < scalars.count && scalars[index + 1].isDigit) {
                    break
                }
                index += 1
            }
            if end < scalars.count, digits >= 17, scalars[end] == "x" { end += 1 }
            if digits >= digitsAtLeast { spans.append(start..<end) }
            index = max(index, end)
        }
        return spans
    }

    private static func addresses(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        scalars.indices.filter { scalars[$0] == "@" }.compactMap { at in
            var (start, end) = (at, at + 1)
            while start > 0, scalars[start - 1].isInAddress { start -= 1 }
            while end < scalars.count, scalars[end].isInAddress { end += 1 }
            return start < at && end > at + 1 ? start..<end : nil
        }
    }

    /// `2单元`, `501室`, `501户`, and the flat's number that follows a stairwell's.
    private static func doors(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        for index in scalars.indices where scalars[index].isDigit && (index == 0 || !scalars[index - 1].isDigit) {
            let end = scalars[index...].firstIndex { !$0.isDigit } ?? scalars.count
            let isStairwell = scalars[end...].starts(with: ["单", "元"])
            let isDoor =
                ("0"..."9").contains(scalars[index]) && end < scalars.count && ["室", "户"].contains(scalars[end])
            let followsStairwell =
                spans.last.map { $0.upperBound + 2 == index && scalars[$0.upperBound] == "单" } ?? false
            if isStairwell || isDoor || followsStairwell { spans.append(index..<end) }
        }
        return spans
    }

    private static func joined(_ spans: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for span in spans {
            if let last = joined.last, last.upperBound >= span.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                joined.append(span)
            }
        }
        return joined
    }
}

extension Unicode.Scalar {
    /// In Arabic or Chinese numerals, `幺` for the one of telephones included.
    fileprivate var isDigit: Bool {
        switch self {
        case "0"..."9", "零", "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "幺": true
        default: false
        }
    }

    fileprivate var joinsDigits: Bool { self == "-" || self == " " || self == "." || self == "－" || self == "—" }

    fileprivate var isInAddress: Bool {
        switch self {
        case "a"..."z", "0"..."9", ".", "_", "-", "+": true
        default: false
        }
    }
}
