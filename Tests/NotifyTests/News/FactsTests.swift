import Contracts
import Testing

@testable import muster_notify

@Suite struct FactsTests {
    /// One of each type, with every field that it can have.
    static let examples: [Occasion] = {
        let unit = SmallCity.stairwell
        func later(_ make: (Int) -> News) -> Occasion {
            var life = CaseLife()
            _ = life.whistle()
            return life.next(make(life.sequence), by: "shen")
        }
        let id = CaseLife.id
        let water = SmallCity.water
        let owner = Owner(unit: SmallCity.community)
        var life = CaseLife()
        let entry = CreditEntryMade(
            entry: .fixed(9), creditSubject: Subject(kind: .resident, id: "mary"), rule: "snow-cleared",
            ruleVersion: 1, points: 150, cause: "d1", expires: SmallCity.noon + .hours(24 * 365))
        return [
            CaseLife().occasion, life.whistle(),
            later {
                .joined(CaseJoined(case: id, sequence: $0, unit: unit, origin: .complaint, input: "c", reason: "r"))
            },
            later { .accepted(CaseAccepted(case: id, sequence: $0, unit: unit, owner: owner, inTime: true)) },
            later {
                .handedOver(
                    CaseHandedOver(
                        case: id, sequence: $0, unit: unit, from: Owner(unit: SmallCity.grid), to: owner, count: 2,
                        reason: "r", acceptBy: SmallCity.noon))
            },
            later {
                .reclassified(
                    CaseReclassified(
                        case: id, sequence: $0, unit: unit, from: .small, to: .big, reason: "r",
                        resolveBy: SmallCity.noon))
            },
            later { .resolved(CaseResolved(case: id, sequence: $0, unit: unit, by: owner, inTime: false)) },
            later { .rated(CaseRated(case: id, sequence: $0, unit: unit, rating: 2, settledBy: owner)) },
            later { .closed(CaseClosed(case: id, sequence: $0, unit: unit, outcome: .withdrawn, reason: "r")) },
            later {
                .climbed(
                    CaseClimbed(
                        case: id, sequence: $0, unit: unit, reason: .noShow, from: .community, to: .town,
                        supervisor: SmallCity.town, department: water, due: SmallCity.noon))
            },
            later {
                .checkedIn(
                    WhistleCheckedIn(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water, inTime: true))
            },
            later {
                .declined(
                    WhistleDeclined(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water, reason: "r"))
            },
            later {
                .done(
                    WhistleDone(case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water, inTime: true)
                )
            },
            later {
                .missed(
                    WhistleMissed(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water,
                        due: SmallCity.noon))
            },
            later {
                .whistleEnded(WhistleEnded(case: id, sequence: $0, unit: unit, whistle: .fixed(1), came: 1, missed: 1))
            },
            later {
                .warned(
                    CaseWarned(
                        case: id, sequence: $0, unit: unit, slip: .red, deadline: .sign, due: SmallCity.noon,
                        department: water))
            },
            later {
                .resumed(
                    CaseResumed(
                        case: id, sequence: $0, unit: unit, pausedFrom: SmallCity.noon, early: true,
                        resolveBy: SmallCity.noon))
            },
            later {
                .extensionAsked(
                    CaseExtensionAsked(
                        case: id, sequence: $0, unit: unit, until: SmallCity.noon, reason: "r",
                        approver: SmallCity.town))
            },
            later {
                .extensionDecided(
                    CaseExtensionDecided(
                        case: id, sequence: $0, unit: unit, granted: true, resolveBy: SmallCity.noon, reason: "r"))
            },
            later {
                .rescheduled(
                    CaseRescheduled(
                        case: id, sequence: $0, unit: unit, acceptBy: SmallCity.noon, resolveBy: SmallCity.noon,
                        formerAcceptBy: SmallCity.noon, formerResolveBy: SmallCity.noon, policy: "p"))
            },
            later {
                .corrected(
                    CaseCorrected(
                        case: id, sequence: $0, unit: unit, reason: "r", rule: "rule 1", resolveBy: SmallCity.noon))
            },
            later {
                .sentBack(
                    CaseSentBack(
                        case: id, sequence: $0, unit: unit, to: owner, reason: "r", resolveBy: SmallCity.noon))
            },
            later {
                .reopened(
                    CaseReopened(
                        case: id, sequence: $0, unit: unit, grounds: .callBack, reason: "r", owner: owner, count: 1,
                        acceptBy: SmallCity.noon, resolveBy: SmallCity.noon))
            },
            later {
                .supervised(
                    CaseSupervised(
                        case: id, sequence: $0, unit: unit, rung: .town, supervisor: SmallCity.town, ask: "r"))
            },
            later {
                .answered(
                    CaseAnswered(
                        case: id, sequence: $0, unit: unit, step: 2, rung: .town, supervisor: SmallCity.town,
                        answer: "r"))
            },
            later { .joinedTo(CaseJoinedTo(case: id, sequence: $0, unit: unit, into: .fixed(2), reason: "r")) },
            later {
                .split(
                    CaseSplit(
                        case: id, sequence: $0, unit: unit, from: .fixed(2), reason: "r", owner: owner,
                        acceptBy: SmallCity.noon, resolveBy: SmallCity.noon))
            },
            later {
                .parted(CaseParted(case: id, sequence: $0, unit: unit, from: .fixed(2), reason: "r", reporters: []))
            },
            later {
                .whistleAsked(
                    WhistleAsked(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), kind: .keyWork, departments: [water],
                        approver: SmallCity.town))
            },
            later {
                .whistleRefused(
                    WhistleRefused(case: id, sequence: $0, unit: unit, whistle: .fixed(1), reason: "r"))
            },
            later {
                .whistleChanged(
                    WhistleChanged(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1),
                        added: [Summons(department: water, arriveBy: SmallCity.noon, completeBy: SmallCity.noon)],
                        released: [], lead: water))
            },
            later {
                .declineDecided(
                    WhistleDeclineDecided(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water, excused: true,
                        reason: "r"))
            },
            later {
                .noShowWithdrawn(
                    NoShowWithdrawn(
                        case: id, sequence: $0, unit: unit, whistle: .fixed(1), department: water,
                        due: SmallCity.noon, cameAt: SmallCity.noon, heardAt: SmallCity.noon, told: [.town],
                        supervisors: [SmallCity.town], decided: false))
            },
            Occasion(
                EventEnvelope(
                    id: "c1", source: "muster/credit", type: CreditEntryMade.type, time: SmallCity.noon,
                    actor: person("shen")), .entry(entry)),
        ]
    }()

    @Test func `there is an example of each type`() {
        #expect(Self.examples.map(\.news.type).sorted() == Occasion.types)
    }

    /// Else a rule could ask, or a message speak, of something that is never there.
    @Test(arguments: examples)
    func `an event has all the fields that its type promises, each of the kind that it has`(occasion: Occasion) {
        let facts = occasion.facts()
        #expect(Set(facts.keys) == Occasion.fields(of: occasion.news.type))
        for (field, fact) in facts {
            switch (field.kind, fact) {
            case (.word(let words), .word(let word)): #expect(words.contains(word), "\(field)")
            case (.code, .code), (.number, .number), (.points, .points), (.time, .time), (.unit, .unit),
                (.place, .place), (.department, .departments), (.reference, .reference), (.party, .person),
                (.party, .unit), (.free, .free):
                break
            default: Issue.record("\(field) is a \(fact)")
            }
        }
    }

    @Test func `each department hears its own deadlines, everybody else the widest`() {
        var life = CaseLife()
        let blown = life.whistle()
        let noon = SmallCity.noon
        let water = blown.facts(for: SmallCity.water)
        #expect(water[.arriveBy] == .time(noon + .hours(24)) && water[.completeBy] == .time(noon + .hours(72)))
        #expect(water[.department] == .departments([SmallCity.water]))
        let others = blown.facts(for: nil)
        #expect(others[.arriveBy] == .time(noon + .hours(4)) && others[.completeBy] == .time(noon + .hours(72)))
    }

    @Test func `what is remembered of a case follows its events`() {
        var life = CaseLife()
        _ = life.next(
            .handedOver(
                CaseHandedOver(
                    case: CaseLife.id, sequence: 2, unit: SmallCity.grid, from: life.matter.owner,
                    to: Owner(unit: SmallCity.community), count: 1, reason: nil, acceptBy: SmallCity.noon + .hours(9))))
        _ = life.whistle()
        _ = life.climb(.notAccepted, to: .town, supervisor: SmallCity.town)
        _ = life.next(
            .resolved(
                CaseResolved(
                    case: CaseLife.id, sequence: 5, unit: SmallCity.grid, by: Owner(unit: SmallCity.town),
                    inTime: false)))
        var expected = CaseLife().matter
        expected.sequence = 5
        expected.unit = SmallCity.grid
        expected.owner = Owner(unit: SmallCity.town)
        expected.acceptBy = SmallCity.noon + .hours(9)
        expected.handling = .hard
        expected.whistle = .keyWork
        expected.summoned = [SmallCity.water, SmallCity.fire]
        expected.settledBy = Owner(unit: SmallCity.town)
        #expect(life.matter == expected)
    }

    @Test func `what a case is remembered by can be stored and read again`() throws {
        var life = CaseLife()
        _ = life.whistle()
        let stored = try EventJSON.encode(life.matter)
        #expect(try EventJSON.decode(CaseMatter.self, from: stored) == life.matter)
    }

    @Test func `all that a text may name is loaded`() {
        var life = CaseLife(owner: Owner(unit: SmallCity.grid, person: person("gao")))
        _ = life.whistle()
        let needs = life.climb(.noShow, to: .town, supervisor: SmallCity.otherCommunity, department: SmallCity.fire)
            .needs
        #expect(
            needs
                == DirectoryNeeds(
                    units: [
                        SmallCity.city, SmallCity.town, SmallCity.community, SmallCity.otherCommunity, SmallCity.grid,
                        SmallCity.building, SmallCity.stairwell,
                    ], departments: [SmallCity.water, SmallCity.fire], people: [person("gao")]))
    }
}

extension Occasion: CustomTestStringConvertible {
    public var testDescription: String { news.type }
}
