/// Something about a file of rules that somebody must know: what, where, and what to do.
struct RuleFinding: Sendable, Hashable, CustomStringConvertible {
    enum Weight: Sendable, Hashable {
        /// The rules cannot be used.
        case mistake
        /// They can, but not all of what is written holds.
        case notice
    }

    var weight: Weight
    /// The file.
    var source: String
    var version: Int?
    var item: String?
    var detail: String

    /// `items.json: version 2, item blood-donated: caps must be above zero`
    var description: String {
        let place = [version.map { "version \($0)" }, item.map { "item \($0)" }].compactMap { $0 }
        return ([source] + (place.isEmpty ? [] : [place.joined(separator: ", ")]) + [detail]).joined(separator: ": ")
    }
}

/// Every mistake of the rules, at once.
struct RuleMistakes: Error, Sendable, Hashable, CustomStringConvertible {
    let findings: [RuleFinding]

    var description: String { findings.map(\.description).joined(separator: "\n") }
}
