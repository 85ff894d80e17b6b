/// A text made comparable: Latin letters in lower case, full-width forms as their usual ones. Real complaints mix them all.
struct FoldedText: Sendable, Hashable {
    let scalars: [Unicode.Scalar]

    init(_ text: String) {
        scalars = text.lowercased().unicodeScalars.map { scalar in
            switch scalar.value {
            case 0xff21...0xff3a: Unicode.Scalar(scalar.value - 0xfee0 + 0x20) ?? scalar
            case 0xff01...0xff5e: Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
            case 0x3000: " "
            default: scalar
            }
        }
    }

    func contains(_ word: FoldedText) -> Bool {
        scalars.indices.contains { has(word, at: $0) }
    }

    /// A Latin word begins at the beginning of a word of the text (`leak` is in `leaks` and not in `bleak`); Chinese has no
    /// such beginnings.
    fileprivate func has(_ word: FoldedText, at index: Int) -> Bool {
        guard let first = word.scalars.first, scalars.count - index >= word.scalars.count else { return false }
        if first.isLatinLetter, index > 0, scalars[index - 1].isLatinLetter { return false }
        return scalars[index..<index + word.scalars.count].elementsEqual(word.scalars)
    }
}

extension Unicode.Scalar {
    fileprivate var isLatinLetter: Bool { (0x61...0x7a).contains(value) }
}

/// Finds which of many words are in a text, in one pass over it.
struct WordIndex: Sendable {
    private var words: [Unicode.Scalar: [(word: String, folded: FoldedText)]] = [:]

    init(_ words: some Sequence<String>) {
        for word in Set(words).sorted() {
            let folded = FoldedText(word)
            guard let first = folded.scalars.first else { continue }
            self.words[first, default: []].append((word, folded))
        }
    }

    func found(in text: String) -> Set<String> {
        let text = FoldedText(text)
        var found: Set<String> = []
        for (index, scalar) in text.scalars.enumerated() {
            for candidate in words[scalar] ?? [] where text.has(candidate.folded, at: index) {
                found.insert(candidate.word)
            }
        }
        return found
    }
}
