import Contracts

struct ItemSumView: Codable {
    let item: String
    let count: Int
    let points: Points

    init(_ sum: ItemSum) {
        item = sum.item
        count = sum.count
        points = sum.points
    }
}

/// A community's sums. What too few did is not there.
struct CommunityView: Codable {
    let unit: UnitCode
    let period: String
    let accounts: Int?
    let points: Points
    let items: [ItemSumView]
    let others: ItemSumView?
    /// Of fewer accounts no figure is given.
    let fewest: Int

    init(_ standing: CommunityStanding) {
        unit = standing.community
        period = standing.period.description
        accounts = standing.accounts
        points = standing.points
        items = standing.items.map { ItemSumView($0) }
        others = standing.others.map { ItemSumView($0) }
        fewest = CommunityStanding.fewest
    }
}

/// A department's month.
struct SheetView: Codable {
    let department: DepartmentCode
    let month: String
    let own: [ItemSumView]
    let people: [Line]

    struct Line: Codable {
        let person: PersonID
        /// Hundredths of an hour, as are the two that follow.
        let hours: Int
        let hoursThisYear: Int
        let owesThisYear: Int
        /// Missing without consent.
        let points: Points?
    }

    init(_ sheet: DepartmentSheet) {
        department = sheet.department
        month = sheet.month.description
        own = sheet.own.map { ItemSumView($0) }
        people = sheet.people.map {
            Line(
                person: $0.person, hours: $0.hours, hoursThisYear: $0.hoursThisYear, owesThisYear: $0.owesThisYear,
                points: $0.points)
        }
    }
}
