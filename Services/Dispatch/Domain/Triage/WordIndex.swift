/// A text made comparable: Latin letters in lower case, full-width forms as their usual ones. Real complaints mix them all.
struct FoldedText: Sendable, Hashable {
    let scalars: [Unicode.Scalar]

    /// - Parameter scalars: of a folded text, or of a part of one.
    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    init(_ text: String) {
        scalars = text.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x41...0x5a: Unicode.Scalar(UInt8(scalar.value) + 0x20)
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
    private struct Candidate {
        let word: String
        let folded: FoldedText
    }

    /// The words by their first scalar; those of two scalars whose last 16 bits are alike share a place.
    private var places: [[Candidate]] = []
    /// The place of each scalar by its last 16 bits; most begin no word and are passed over by a look into this alone.
    private var placeOf = [UInt16](repeating: Self.none, count: 1 << 16)

    private static let none = UInt16.max

    init(_ words: some Sequence<String>) {
        for word in Set(words).sorted() {
            let folded = FoldedText(word)
            guard let first = folded.scalars.first else { continue }
            let key = Int(first.value & 0xffff)
            if placeOf[key] == Self.none {
                placeOf[key] = UInt16(places.count)
                places.append([])
            }
            places[Int(placeOf[key])].append(Candidate(word: word, folded: folded))
        }
    }

    func found(in text: String) -> Set<String> {
        let text = FoldedText(text)
        var found: Set<String> = []
        for (index, scalar) in text.scalars.enumerated() {
            let place = placeOf[Int(scalar.value & 0xffff)]
            if place == Self.none { continue }
            for candidate in places[Int(place)] where text.has(candidate.folded, at: index) {
                found.insert(candidate.word)
            }
        }
        return found
    }
}
