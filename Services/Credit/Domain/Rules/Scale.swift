/// How a sum of points reads as a grade. Two scales are in use in the city, so that a scale is data with a name.
struct Scale: Codable, Sendable, Hashable {
    struct Grade: Codable, Sendable, Hashable {
        var code: String
        var chinese: String
        var english: String
        /// The least whole score; the last grade has none.
        var from: Int?
    }

    var code: String
    var english: String
    var chinese: String
    var source: String
    /// What everybody begins with.
    var base: Points
    /// From the best to the lowest.
    var grades: [Grade]

    func score(of balance: Points) -> Points { base + balance }

    /// Thresholds are whole points, and a score counts by the whole points that it has reached.
    func grade(of balance: Points) -> Grade? {
        let whole = score(of: balance).whole
        return grades.first { $0.from.map { $0 <= whole } ?? true }
    }
}
