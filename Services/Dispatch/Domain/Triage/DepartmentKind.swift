import Contracts

/// A kind of department as rules name it, and how the directory's own names tell that one is of it.
struct DepartmentKind: Sendable, Hashable {
    let code: String
    let chinese: String
    let english: String
    /// One of these is in the name of such a department.
    let names: [String]

    func includes(_ department: DepartmentListed) -> Bool {
        let name = FoldedText(department.name)
        return names.contains { name.contains(FoldedText($0)) }
    }
}

extension [DepartmentKind] {
    /// The departments that a whistle calls: of each kind the one that is paired with the community (双报到), or else the
    /// first.
    func departments(for community: UnitCode, among listed: some Sequence<DepartmentListed>) -> [DepartmentCode] {
        let listed = listed.sorted { $0.department < $1.department }
        var chosen: [DepartmentCode] = []
        for kind in self {
            let fitting = listed.filter(kind.includes)
            let best = fitting.first { $0.communities.contains(community) } ?? fitting.first
            if let code = best?.department, !chosen.contains(code) { chosen.append(code) }
        }
        return chosen
    }
}
