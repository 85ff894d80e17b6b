import Contracts

@testable import muster_notify

/// One stairwell's line up to the city, a second community, two departments, and who serves there.
enum SmallCity {
    static let city = unit("371082")
    static let town = unit("371082007")
    static let community = unit("371082007013")
    static let otherCommunity = unit("371082007025")
    static let grid = unit("371082007013001")
    static let emptyGrid = unit("371082007013002")
    static let building = unit("3710820070130010005")
    static let stairwell = unit("371082007013001000502")
    static let water = department("D017")
    static let fire = department("D023")

    static let directory = NoticeDirectory(units: units, departments: departments, people: people)

    static let units = [
        UnitListed(unit: city, name: "荣成市"), UnitListed(unit: town, name: "崖头街道"),
        UnitListed(unit: community, name: "南山社区"), UnitListed(unit: otherCommunity, name: "曙光社区"),
        UnitListed(unit: grid, name: "第一网格"), UnitListed(unit: emptyGrid, name: "第二网格"),
        UnitListed(unit: building, name: "5号楼"), UnitListed(unit: stairwell, name: "2单元"),
    ]

    static let departments = [
        DepartmentListed(department: water, name: "水利局", communities: [community]),
        DepartmentListed(department: fire, name: "消防大队", communities: []),
    ]

    static let people = [
        listed("chen", "陈志远", .city, city), listed("tian", "田野", .town, town),
        listed("shen", "沈书记", .community, community), listed("song", "宋敏", .community, community),
        listed("yu", "于海", .community, otherCommunity), listed("gao", "高网格", .gridChief, grid),
        listed("lou", "楼长林", .buildingChief, building), listed("wu", "吴物业", .property, community),
        listed("shui1", "水一", .department, water), listed("shui2", "水二", .department, water),
        listed("shuihead", "水局长", .departmentHead, water), listed("huo1", "火一", .department, fire),
        listed("huohead", "火大队长", .departmentHead, fire),
        // A chief who left yesterday, and her neighbour, who holds no post.
        PersonListed(
            person: person("left"), name: "旧网格", language: .chinese,
            postings: [Posting(role: .gridChief, unit: grid, from: beginning, to: noon - .hours(24))]),
        PersonListed(
            person: person("mary"), name: "Mary Smith", language: .english,
            postings: [Posting(role: .resident, unit: stairwell, from: beginning)]),
    ]

    static let beginning = time("2026-01-01T00:00:00.000Z")
    /// 10:00 in the city on a Tuesday.
    static let noon = time("2026-11-24T02:00:00.000Z")

    private static func listed(_ id: String, _ name: String, _ role: Role, _ unit: UnitCode) -> PersonListed {
        PersonListed(
            person: person(id), name: name, language: .chinese,
            postings: [Posting(role: role, unit: unit, from: beginning)])
    }

    private static func listed(_ id: String, _ name: String, _ role: Role, _ code: DepartmentCode) -> PersonListed {
        PersonListed(
            person: person(id), name: name, language: .chinese,
            postings: [Posting(role: role, department: code, from: beginning)])
    }
}

func person(_ id: String) -> PersonID { PersonID(id)! }
func unit(_ code: String) -> UnitCode { UnitCode(code)! }
func department(_ code: String) -> DepartmentCode { DepartmentCode(code)! }

/// A case's life as notify hears of it.
struct CaseLife {
    static let id = EventID.fixed(0xca)
    var matter: CaseMatter
    private(set) var occasion: Occasion

    init(
        origin: CaseOpened.Origin = .finding, severity: Severity = .normal, unit: UnitCode = SmallCity.stairwell,
        owner: Owner = Owner(unit: SmallCity.grid, person: person("gao")), by actor: String? = "gao",
        at time: Instant = SmallCity.noon
    ) {
        let opened = CaseOpened(
            case: Self.id, sequence: 1, unit: unit, number: 137, origin: origin,
            category: "facility.manhole.missing", severity: severity, handling: .small, rule: "rule 12 of version 3",
            owner: owner, acceptBy: time + .hours(2), resolveBy: time + .hours(31))
        let envelope = EventEnvelope(
            id: "e1", source: "muster/dispatch", type: CaseOpened.type, time: time, recordedAt: time,
            actor: actor.flatMap { PersonID($0) })
        matter = CaseMatter(opened, envelope)
        occasion = Occasion(envelope, .opened(opened), matter)
    }

    init(_ event: CaseOpened, _ envelope: EventEnvelope) {
        matter = CaseMatter(event, envelope)
        occasion = Occasion(envelope, .opened(event), matter)
    }

    /// The next event.
    mutating func next(_ news: News, by actor: String? = nil, at time: Instant = SmallCity.noon) -> Occasion {
        matter.apply(news)
        let envelope = EventEnvelope(
            id: "e\(matter.sequence)", source: "muster/dispatch", type: news.type, time: time, recordedAt: time,
            actor: actor.flatMap { PersonID($0) })
        occasion = Occasion(envelope, news, matter)
        return occasion
    }

    var sequence: Int { matter.sequence + 1 }
}

extension CaseLife {
    mutating func whistle(_ kind: WhistleKind = .keyWork, by actor: String? = "shen") -> Occasion {
        next(
            .whistleBlown(
                WhistleBlown(
                    case: Self.id, sequence: sequence, unit: matter.unit, whistle: .fixed(1), kind: kind,
                    community: SmallCity.community,
                    summons: [
                        Summons(
                            department: SmallCity.water, arriveBy: SmallCity.noon + .hours(24),
                            completeBy: SmallCity.noon + .hours(72)),
                        Summons(
                            department: SmallCity.fire, arriveBy: SmallCity.noon + .hours(4),
                            completeBy: SmallCity.noon + .hours(48)),
                    ])), by: actor)
    }

    mutating func climb(
        _ reason: CaseClimbed.Reason, from: Rung = .grid, to: Rung = .community, supervisor: UnitCode,
        department: DepartmentCode? = nil
    ) -> Occasion {
        next(
            .climbed(
                CaseClimbed(
                    case: Self.id, sequence: sequence, unit: matter.unit, reason: reason, from: from, to: to,
                    supervisor: supervisor, department: department, due: SmallCity.noon - .hours(1))))
    }
}
