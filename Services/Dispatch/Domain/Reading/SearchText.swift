/// A text as it is searched: what is personal left out, in one case and width, a space on each side of every word.
///
/// Chinese is not divided into words; what is looked up are pairs of neighbouring characters, so that a word of two is found, and
/// a longer one by all of its pairs. Latin text is looked up by whole words.
struct SearchText: Sendable, Equatable {
    /// ` 楼上 leak 了 3 天 `: begins and ends with a space, and never has two in a row.
    let folded: String
    /// The pairs and words in the order in which they first occur.
    let tokens: [String]

    /// A longer text is looked up by its beginning alone: a case has no more keys than this for each unit.
    static let tokensAtMost = 1_000

    init(_ text: String) {
        let scalars = FoldedText(text)
        self.init(scalars, hiding: PersonalData(in: scalars, text).spans)
    }

    fileprivate init(_ text: FoldedText, hiding spans: [Range<Int>]) {
        var runs: [Run] = []
        var current: Run?
        var spans = spans[...]
        for (index, scalar) in text.scalars.enumerated() {
            while let first = spans.first, first.upperBound <= index { spans = spans.dropFirst() }
            let kind = spans.first?.contains(index) == true ? nil : Run.Kind(scalar)
            if kind != nil, kind == current?.kind {
                current?.scalars.append(scalar)
            } else {
                if let current { runs.append(current) }
                current = kind.map { Run(kind: $0, scalars: [scalar]) }
            }
        }
        if let current { runs.append(current) }
        folded = runs.isEmpty ? " " : " " + runs.map(\.text).joined(separator: " ") + " "
        var seen: Set<String> = []
        tokens = Array(runs.flatMap(\.tokens).filter { seen.insert($0).inserted }.prefix(Self.tokensAtMost))
    }

    /// Neighbouring characters of one kind.
    fileprivate struct Run {
        enum Kind { case ideographs, word }

        let kind: Kind
        var scalars: [Unicode.Scalar]

        var text: String { Self.text(scalars[...]) }

        var tokens: [String] {
            switch kind {
            case .word: [text]
            case .ideographs: (1..<max(1, scalars.count)).map { Self.text(scalars[($0 - 1)...$0]) }
            }
        }

        private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return String(text)
        }
    }
}

extension SearchText.Run.Kind {
    fileprivate init?(_ scalar: Unicode.Scalar) {
        if scalar.properties.isIdeographic {
            self = .ideographs
        } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
            self = .word
        } else {
            return nil
        }
    }
}

/// What somebody looks for: words with spaces between them, all of which have to be in the text.
struct SearchQuery: Sendable, Equatable {
    /// For SQL's `like`, one for each word.
    let patterns: [String]
    /// What the index is asked for: all of them are in every text that the patterns fit. Empty for a single character, which
    /// only a look at the texts themselves finds.
    let tokens: [String]

    static let wordsAtMost = 8

    /// - Throws: what is wrong with it, to follow "must".
    init(_ text: String) throws(Fault) {
        let words = FoldedText(text).scalars.split(separator: " ").map {
            SearchText(FoldedText(scalars: Array($0)), hiding: [])
        }
        .filter { $0.folded != " " }
        if words.isEmpty { throw Fault(description: "have a letter or a Chinese character in it") }
        if words.count > Self.wordsAtMost { throw Fault(description: "have at most \(Self.wordsAtMost) words") }
        patterns = words.map(Self.pattern)
        var seen: Set<String> = []
        tokens = words.flatMap(\.tokens).filter { seen.insert($0).inserted }
    }

    struct Fault: Error, Equatable {
        let description: String
    }

    /// Words are whole, characters are anywhere: `%漏水%`, `% leak %`. No character of a folded text has a meaning to `like`.
    private static func pattern(_ word: SearchText) -> String {
        var text = word.folded[...]
        func isWord(_ character: Character?) -> Bool {
            character?.unicodeScalars.first.map { !$0.properties.isIdeographic } ?? false
        }
        if !isWord(text.dropFirst().first) { text = text.dropFirst() }
        if !isWord(text.dropLast().last) { text = text.dropLast() }
        return "%\(text)%"
    }
}
