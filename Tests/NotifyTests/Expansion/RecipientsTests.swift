import Contracts
import Testing

@testable import muster_notify

/// Who hears of an event, by what they have to do with it.
@Suite struct RecipientsTests {
    func told(
        _ audiences: Audience..., of occasion: Occasion, exceptActor: Bool = false,
        in directory: NoticeDirectory = SmallCity.directory
    ) -> [String] {
        let rule = NoticeRule(
            id: "r", event: occasion.news.type, conditions: [:], audiences: audiences, exceptActor: exceptActor,
            channels: [.inbox], isUrgent: false, afterUnknown: .markUnknown, template: "t", lifetime: .hours(1),
            mootedBy: [])
        return rule.recipients(of: occasion, in: directory).map(\.person.text)
    }

    @Test(arguments: [
        (Audience(.owner), ["gao"]), (Audience(.reporter), ["gao"]), (Audience(.grid), ["gao"]),
        (Audience(.community), ["shen", "song"]), (Audience(.town), ["tian"]), (Audience(.city), ["chen"]),
        (Audience(.community, roles: [.property]), ["wu"]),
        (Audience(.community, roles: [.property, .community]), ["shen", "song", "wu"]),
        (Audience(.summoned), []), (Audience(.settler), []),
    ])
    func `the units above the place, and who has to do with the case`(audience: Audience, people: [String]) {
        #expect(told(audience, of: CaseLife().occasion) == people)
    }

    @Test func `a unit that owns is its staff`() {
        let owned = { (unit: UnitCode) in CaseLife(owner: Owner(unit: unit)).occasion }
        #expect(told(Audience(.owner), of: owned(SmallCity.otherCommunity)) == ["yu"])
        #expect(told(Audience(.owner), of: owned(SmallCity.building)) == ["lou"])
        #expect(told(Audience(.owner), of: owned(SmallCity.city)) == ["chen"])
    }

    @Test func `where nobody is posted, the unit above hears of what must be done`() {
        let life = CaseLife(unit: SmallCity.emptyGrid, owner: Owner(unit: SmallCity.emptyGrid))
        #expect(told(Audience(.owner), of: life.occasion) == ["shen", "song"])
        #expect(told(Audience(.grid), of: life.occasion) == [], "what is good to know finds nobody")
    }

    @Test func `an owner who has left is followed by the unit's staff, and an unknown one too`() {
        for gone in ["left", "nobody"] {
            let life = CaseLife(owner: Owner(unit: SmallCity.grid, person: person(gone)))
            #expect(told(Audience(.owner), of: life.occasion) == ["gao"])
        }
    }

    @Test func `postings count as they were when it happened`() {
        let yesterday = CaseLife(at: SmallCity.noon - .hours(25)).occasion
        #expect(told(Audience(.grid), of: yesterday) == ["gao", "left"])
    }

    @Test func `a whistle calls the departments' staff and heads, in the order of the summons`() {
        var life = CaseLife()
        let blown = life.whistle()
        #expect(told(Audience(.summoned), of: blown) == ["shui1", "shui2", "shuihead", "huo1", "huohead"])
        #expect(told(Audience(.summoned, roles: [.departmentHead]), of: blown) == ["shuihead", "huohead"])
        let missed = life.next(
            .missed(
                WhistleMissed(
                    case: CaseLife.id, sequence: 3, unit: SmallCity.grid, whistle: .fixed(1),
                    department: SmallCity.fire, due: SmallCity.noon)))
        #expect(told(Audience(.department), of: missed) == ["huo1", "huohead"])
        #expect(told(Audience(.summoned, roles: [.departmentHead]), of: missed) == ["shuihead", "huohead"])
    }

    @Test func `a missed deadline is put before the supervisor`() {
        var life = CaseLife()
        let climbed = life.climb(.overdue, to: .town, supervisor: SmallCity.town)
        #expect(told(Audience(.supervisor), Audience(.owner), of: climbed) == ["tian", "gao"])
    }

    @Test func `a case that nobody accepted waits for the supervisor from then on`() {
        var life = CaseLife()
        let climbed = life.climb(.notAccepted, supervisor: SmallCity.community)
        #expect(told(Audience(.owner), of: climbed) == ["shen", "song"])
    }

    @Test func `who hands over, and who settled, are told as they were then`() {
        var life = CaseLife()
        let handed = life.next(
            .handedOver(
                CaseHandedOver(
                    case: CaseLife.id, sequence: 2, unit: SmallCity.grid, from: life.matter.owner,
                    to: Owner(unit: SmallCity.otherCommunity), count: 1, reason: nil, acceptBy: SmallCity.noon)))
        #expect(told(Audience(.formerOwner), of: handed) == ["gao"])
        #expect(told(Audience(.owner), of: handed) == ["yu"])
        _ = life.next(
            .resolved(
                CaseResolved(
                    case: CaseLife.id, sequence: 3, unit: SmallCity.grid,
                    by: Owner(unit: SmallCity.otherCommunity, person: person("yu")), inTime: true)))
        let rated = life.next(
            .rated(
                CaseRated(
                    case: CaseLife.id, sequence: 4, unit: SmallCity.grid, rating: 5,
                    settledBy: Owner(unit: SmallCity.otherCommunity, person: person("yu")))))
        #expect(told(Audience(.settler), of: rated) == ["yu"])
    }

    @Test func `a person who is named twice hears once, as what they were named first`() {
        let rule = NoticeRule(
            id: "r", event: CaseOpened.type, conditions: [:], audiences: [Audience(.reporter), Audience(.grid)],
            exceptActor: false, channels: [.inbox], isUrgent: false, afterUnknown: .markUnknown, template: "t",
            lifetime: .hours(1), mootedBy: [])
        #expect(
            rule.recipients(of: CaseLife().occasion, in: SmallCity.directory) == [
                Recipient(person: person("gao"), role: .gridChief, unit: SmallCity.grid)
            ])
    }

    @Test func `whoever did it need not be told`() {
        var life = CaseLife()
        let blown = life.whistle(by: "shen")
        #expect(told(Audience(.community), of: blown, exceptActor: true) == ["song"])
        #expect(told(Audience(.community), of: blown) == ["shen", "song"])
    }

    @Test func `credit is told to the person whom the directory knows, and to no merchant`() {
        func earned(by id: String) -> Occasion {
            let entry = CreditEntryMade(
                entry: .fixed(9), creditSubject: Subject(kind: .resident, id: id), rule: "snow-cleared",
                ruleVersion: 1, points: 100, cause: "d1")
            let envelope = EventEnvelope(
                id: "c", source: "muster/credit", type: CreditEntryMade.type, time: SmallCity.noon)
            return Occasion(envelope, .entry(entry))
        }
        #expect(told(Audience(.subject), of: earned(by: "mary")) == ["mary"])
        #expect(told(Audience(.subject), of: earned(by: "shop-7")) == [])
    }
}
