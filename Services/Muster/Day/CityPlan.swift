import Contracts

/// The city that a day is played in: every unit and person generated, and looking it. The figures are those of the city's
/// own report (docs/simulated-day.md); a scale below 1 keeps fewer towns.
struct CityPlan: Sendable {
    struct Grid: Sendable {
        let code: UnitCode
        let chief: PersonID
        let buildings: [UnitCode]
        /// Residents who may earn credit.
        let residents: [String]
    }

    struct Community: Sendable {
        let code: UnitCode
        let secretary: PersonID
        let grids: [Grid]
        /// The departments paired with it (双报到).
        let departments: [DepartmentCode]
    }

    struct Town: Sendable {
        let code: UnitCode
        let leader: PersonID
        let communities: [Community]
    }

    static let city = UnitCode("371082")
    static let centre = PersonID("p-city-1")
    /// Since when everybody is posted.
    static let since = Instant(milliseconds: 1_735_689_600_000)

    let towns: [Town]
    let departments: [DepartmentCode]
    private(set) var units: [UnitListed] = []
    private(set) var people: [PersonListed] = []

    var communities: [Community] { towns.flatMap(\.communities) }
    var grids: [Grid] { communities.flatMap(\.grids) }

    /// The real city's numbers.
    enum Count {
        static let towns = 13, communities = 60, grids = 447, buildings = 6_874, stairwells = 16_122
        static let stewards = 4_700, departments = 134, property = 1_096, specialists = 3_300
    }

    /// - Parameter scale: the share of the towns that is kept, above 0 to 1.
    init(seed: UInt64, scale: Double) {
        let kept = max(1, Int((Double(Count.towns) * scale).rounded()))
        var builder = CityBuilder(seed: seed)
        departments = builder.departments(max(6, Count.departments * kept / Count.towns))
        let communityCounts = Self.spread(Count.communities, over: Count.towns)
        let gridCounts = Self.spread(Count.grids, over: Count.communities)
        let buildingCounts = Self.spread(Count.buildings, over: Count.grids)
        let stairwellCounts = Self.spread(Count.stairwells, over: Count.buildings)
        builder.stairwellCounts = stairwellCounts
        builder.buildingCounts = buildingCounts
        builder.gridCounts = gridCounts
        builder.pool = departments
        builder.addCity()
        towns = (0..<kept).map { builder.town($0, communities: communityCounts[$0]) }
        builder.addHelpers(
            share: Double(kept) / Double(Count.towns), grids: towns.flatMap(\.communities).flatMap(\.grids))
        units = builder.units
        people = builder.people
    }

    /// Whole numbers that differ by at most one and add up to the total.
    static func spread(_ total: Int, over count: Int) -> [Int] {
        (0..<count).map { total * ($0 + 1) / count - total * $0 / count }
    }

    /// Phones of those who are reached by text message: the towns' leaders and the city's centre. The numbers are of a range
    /// that nobody is given.
    var contacts: [(person: PersonID, phone: String)] {
        let leaders = towns.map(\.leader) + [Self.centre].compactMap { $0 }
        return leaders.enumerated().map { number, person in (person, "+8610000000\(100 + number)") }
    }

    /// The entries for intake, in an order in which each finds what it names.
    func entries() throws -> [DirectoryItem] {
        var items: [DirectoryItem] = []
        for unit in units { items.append(try DirectoryItem("unit", unit)) }
        for community in Dictionary(grouping: communities.flatMap { c in c.departments.map { ($0, c.code) } }, by: \.0)
            .sorted(by: { $0.key < $1.key })
        {
            items.append(
                try DirectoryItem(
                    "department",
                    DepartmentListed(
                        department: community.key, name: "示例部门\(community.key)",
                        communities: community.value.map(\.1).sorted())))
        }
        for person in people { items.append(try DirectoryItem("person", person)) }
        for gateway in Gateways.all { items.append(try DirectoryItem("gateway", gateway)) }
        return items
    }
}

/// The gateways of the simulated city.
enum Gateways {
    static let app = "app"
    static let hotline = "hotline-12345"
    static let bot = "chat-bot"

    static let all = [
        GatewayListed(
            source: "muster/http",
            types: [
                VisitReported.type, FindingReported.type, ComplaintReceived.type, CaseAction.type, DeedReported.type,
                HoursReported.type, ConsentChanged.type,
            ]),
        GatewayListed(
            source: app,
            types: [
                VisitReported.type, FindingReported.type, DeedReported.type, HoursReported.type, ConsentChanged.type,
            ]),
        GatewayListed(source: hotline, types: [ComplaintReceived.type]),
        GatewayListed(source: bot, types: [CaseAction.type, FindingReported.type]),
    ]
}
