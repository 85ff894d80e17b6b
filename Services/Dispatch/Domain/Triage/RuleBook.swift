import Contracts

/// All versions of the rules. A matter is triaged by the version that holds on the day on which it was reported, so that one that
/// comes late, or again, goes the same way.
struct RuleBook: Sendable {
    /// By the day from which each holds; never empty.
    let versions: [TriageRules]

    init(_ only: TriageRules) { versions = [only] }

    /// - Throws: all that is wrong between the versions, each fault with the version that it is about.
    init(_ versions: [TriageRules]) throws(FaultyData) {
        let sorted = versions.sorted { ($0.effective, $0.version) < ($1.effective, $1.version) }
        var faults: [String] = []
        if sorted.isEmpty { faults.append("there is no version: give at least one") }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) {
            if earlier.effective == later.effective {
                faults.append(
                    "version \(later.version) holds from \(later.effective.iso), as version \(earlier.version) does: give it a "
                        + "day of its own")
            } else if later.version <= earlier.version {
                faults.append(
                    "version \(later.version) holds from \(later.effective.iso), after version \(earlier.version): number them "
                        + "in the order of their days")
            }
        }
        guard faults.isEmpty else { throw FaultyData(what: "rules", faults: faults) }
        self.versions = sorted
    }

    /// The version that holds at a time; the first one before it holds.
    func rules(at time: Instant, _ calendar: WorkCalendar) -> TriageRules {
        let day = calendar.date(of: time)
        return versions.last { $0.effective <= day } ?? versions[0]
    }

    var longestRepetition: Int? { versions.compactMap(\.longestRepetition).max() }
}
