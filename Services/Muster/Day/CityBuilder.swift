import Contracts

/// Builds the tree from the top down, counting as it goes, so that a smaller city is the beginning of the whole one.
struct CityBuilder {
    let seed: UInt64
    var gridCounts: [Int] = []
    var buildingCounts: [Int] = []
    var stairwellCounts: [Int] = []
    var pool: [DepartmentCode] = []
    private(set) var units: [UnitListed] = []
    private(set) var people: [PersonListed] = []
    private var communityCount = 0
    private var gridCount = 0
    private var buildingCount = 0
    private var names = NameMaker()

    init(seed: UInt64) { self.seed = seed }

    mutating func departments(_ count: Int) -> [DepartmentCode] {
        (1...count).compactMap { number in
            let digits = String(number)
            guard let code = DepartmentCode("D" + String(repeating: "0", count: 3 - digits.count) + digits) else {
                return nil
            }
            addPerson("p-department-\(code)", [Posting(role: .department, department: code, from: CityPlan.since)])
            addPerson("p-head-\(code)", [Posting(role: .departmentHead, department: code, from: CityPlan.since)])
            return code
        }
    }

    mutating func addCity() {
        guard let city = CityPlan.city else { return }
        units.append(UnitListed(unit: city, name: "示例市"))
        addPerson("p-city-1", [Posting(role: .city, unit: city, from: CityPlan.since)])
    }

    mutating func town(_ index: Int, communities count: Int) -> CityPlan.Town {
        let code = unit("371082", index + 1, digits: 3, name: "示例镇\(index + 1)")
        let leader = addPerson("p-town-\(code)", [Posting(role: .town, unit: code, from: CityPlan.since)])
        let communities = (0..<count).map { community(code, $0) }
        return CityPlan.Town(code: code, leader: leader, communities: communities)
    }

    private mutating func community(_ town: UnitCode, _ index: Int) -> CityPlan.Community {
        let code = unit(town.text, index + 1, digits: 3, name: "示例社区\(communityCount + 1)")
        let secretary = addPerson("p-community-\(code)", [Posting(role: .community, unit: code, from: CityPlan.since)])
        // Each community is paired with a few departments, in turn.
        let paired = (0..<4).map { pool[(communityCount * 3 + $0) % pool.count] }
        let gridsHere = gridCounts[communityCount]
        communityCount += 1
        let grids = (0..<gridsHere).map { grid(code, $0) }
        return CityPlan.Community(
            code: code, secretary: secretary, grids: grids, departments: Array(Set(paired)).sorted())
    }

    private mutating func grid(_ community: UnitCode, _ index: Int) -> CityPlan.Grid {
        let code = unit(community.text, index + 1, digits: 3, name: "第\(index + 1)网格")
        let chief = addPerson("p-grid-\(code)", [Posting(role: .gridChief, unit: code, from: CityPlan.since)])
        let buildingsHere = buildingCounts[gridCount]
        gridCount += 1
        let buildings = (0..<buildingsHere).map { building(code, $0) }
        return CityPlan.Grid(
            code: code, chief: chief, buildings: buildings, residents: (1...20).map { "r-\(code)-\($0)" })
    }

    private mutating func building(_ grid: UnitCode, _ index: Int) -> UnitCode {
        let code = unit(grid.text, index + 1, digits: 4, name: "\(index + 1)号楼")
        addPerson("p-building-\(code)", [Posting(role: .buildingChief, unit: code, from: CityPlan.since)])
        let stairwellsHere = stairwellCounts[buildingCount]
        buildingCount += 1
        for number in 1...max(1, stairwellsHere) {
            let stairwell = unit(code.text, number, digits: 2, name: "\(number)单元")
            addPerson("p-unit-\(stairwell)", [Posting(role: .unitChief, unit: stairwell, from: CityPlan.since)])
        }
        return code
    }

    /// Stewards, property staff and service specialists, spread over the grids.
    mutating func addHelpers(share: Double, grids: [CityPlan.Grid]) {
        let kinds: [(Role, String, Int)] = [
            (.steward, "steward", CityPlan.Count.stewards), (.property, "property", CityPlan.Count.property),
            (.specialist, "specialist", CityPlan.Count.specialists),
        ]
        for (role, word, total) in kinds {
            let count = Int((Double(total) * share).rounded())
            for number in 0..<count {
                let grid = grids[number % grids.count].code
                addPerson("p-\(word)-\(number + 1)", [Posting(role: role, unit: grid, from: CityPlan.since)])
            }
        }
    }

    @discardableResult
    private mutating func addPerson(_ id: String, _ postings: [Posting]) -> PersonID {
        guard let person = PersonID(id) else { preconditionFailure("a generated id has the wrong form: \(id)") }
        people.append(
            PersonListed(
                person: person, name: names.next(), language: people.count % 20 == 0 ? .english : .chinese,
                postings: postings))
        return person
    }

    private mutating func unit(_ parent: String, _ number: Int, digits: Int, name: String) -> UnitCode {
        let text = String(number)
        let code = parent + String(repeating: "0", count: digits - text.count) + text
        guard let unit = UnitCode(code) else { preconditionFailure("a generated code has the wrong form: \(code)") }
        units.append(UnitListed(unit: unit, name: name))
        return unit
    }
}

/// Names that nobody could take for a real person's.
private struct NameMaker {
    private var count = 0
    private static let surnames = Array("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨")

    mutating func next() -> String {
        count += 1
        return "\(Self.surnames[count % Self.surnames.count])示例\(count)"
    }
}
