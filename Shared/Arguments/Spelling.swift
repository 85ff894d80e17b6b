/// Finds what was probably meant.
enum Spelling {
    /// The nearest candidate, if it is near enough to be a slip: a third of the letters, one at least.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let near = candidates.map { (name: $0, distance: distance(word, $0)) }.min { left, right in
            (left.distance, left.name) < (right.distance, right.name)
        }
        guard let near, near.distance <= max(1, word.count / 3) else { return nil }
        return near.name
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lie between two words (optimal string
    /// alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var beforeLast = [Int]()
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
