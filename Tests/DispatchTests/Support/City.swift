import Contracts

@testable import muster_dispatch

/// A small city: one town and community with two grids, a neighbour of each, two departments, and one person of each kind.
enum City {
    static let city = unit("371082")
    static let town = unit("371082007")
    static let community = unit("371082007013")
    static let grid = unit("371082007013001")
    static let building = unit("3710820070130010001")
    static let neighbourGrid = unit("371082007013002")
    static let neighbourCommunity = unit("371082007014")
    static let neighbourTown = unit("371082008")
    static let retiredGrid = unit("371082007013009")

    static let water = department("D001")
    static let power = department("D002")
    static let gas = department("D003")

    enum Who: String, CaseIterable {
        case chief, neighbourChief, buildingChief, steward, secretary, neighbourSecretary, townClerk, cityClerk
        case waterWorker, waterHead, powerWorker, auditor, resident, formerChief

        var id: PersonID { PersonID(rawValue)! }
    }

    /// Everything was there before, and the former chief left the day before `opening`.
    static let founding = instant("2020-01-01T00:00:00Z")
    /// Tuesday, 24 November 2026, at nine: an ordinary work day.
    static let opening = instant("2026-11-24T09:00:00+08:00")

    static let directory = DirectoryView(
        units: Dictionary(
            uniqueKeysWithValues: [
                city, town, community, grid, building, neighbourGrid, neighbourCommunity, neighbourTown, retiredGrid,
            ].map { ($0, UnitListed(unit: $0, name: $0.text, retired: $0 == retiredGrid ? founding : nil)) }),
        postings: Dictionary(uniqueKeysWithValues: Who.allCases.map { ($0.id, postings($0)) }),
        departments: [
            water: DepartmentListed(department: water, name: "荣成市自来水公司", communities: [community]),
            power: DepartmentListed(department: power, name: "荣成市供电公司", communities: []),
            gas: DepartmentListed(department: gas, name: "荣成市燃气公司", communities: []),
        ])

    private static func postings(_ who: Who) -> [Posting] {
        func at(_ role: Role, _ unit: UnitCode, to end: Instant? = nil) -> [Posting] {
            [Posting(role: role, unit: unit, from: founding, to: end)]
        }
        func of(_ role: Role, _ department: DepartmentCode) -> [Posting] {
            [Posting(role: role, department: department, from: founding)]
        }
        return switch who {
        case .chief: at(.gridChief, grid)
        case .neighbourChief: at(.gridChief, neighbourGrid)
        case .buildingChief: at(.buildingChief, building)
        case .steward: at(.steward, grid)
        case .secretary: at(.community, community)
        case .neighbourSecretary: at(.community, neighbourCommunity)
        case .townClerk: at(.town, town)
        case .cityClerk: at(.city, city)
        case .waterWorker: of(.department, water)
        case .waterHead: of(.departmentHead, water)
        case .powerWorker: of(.department, power)
        case .auditor: at(.auditor, city)
        case .resident: at(.resident, grid)
        case .formerChief: at(.gridChief, grid, to: opening - .seconds(86_400))
        }
    }
}

func unit(_ text: String) -> UnitCode { UnitCode(text)! }
func department(_ text: String) -> DepartmentCode { DepartmentCode(text)! }
func instant(_ text: String) -> Instant { Instant(text)! }
func day(_ text: String) -> CivilDate { CivilDate(iso: text)! }

/// Read once: the checks of the rules take their time in a debug build.
let shippedPolicy = Result { () throws(FaultyData) in try CasePolicy.shipped() }
