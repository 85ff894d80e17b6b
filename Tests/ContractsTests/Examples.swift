import Contracts

/// Two examples of each event type: one with everything that it may say, one with only what it must.
struct Example {
    let full: any EventPayload
    let minimal: any EventPayload

    static let time = Instant("2026-11-24T08:30:00.000+08:00")!
    static let later = Instant("2026-11-25T08:30:00.250+08:00")!
    static let grid = UnitCode("371082007025001")!
    static let building = UnitCode("3710820070250010001")!
    static let community = UnitCode("371082007025")!
    static let town = UnitCode("371082007")!
    static let person = PersonID("p-grid-1")!
    static let department = DepartmentCode("D017")!
    static let id = EventID("01a20d14-c250-8161-a86c-f842d86e1de1")!
    static let other = EventID("01a20d14-c250-8eb5-a889-8df863ddbd9b")!
    static let owner = Owner(unit: grid, person: person)
    static let resident = Subject(kind: .resident, id: "r-1")

    private init(_ full: any EventPayload, _ minimal: (any EventPayload)? = nil) {
        self.full = full
        self.minimal = minimal ?? full
    }

    static let all: [Example] =
        gateway + intake + directory + cases + deadlines + reviews + joining + whistles + courses + others

    private static let gateway = [
        Example(
            VisitReported(
                grid: grid, place: Place(unit: building, label: "302"), outcome: .met, minutes: 4,
                facts: [
                    RegisterFact(register: .homes, subject: "home-1", attribute: "residents", value: "3", since: time)
                ], note: "says the lift is slow"),
            VisitReported(grid: grid, place: Place(unit: building), outcome: .nobody, minutes: 1)),
        Example(
            FindingReported(
                grid: grid, place: Place(unit: building, label: "入口"), category: "city-appearance.rubbish.exposed",
                severity: .normal, text: "垃圾堆在楼下", visit: "v-1", evidence: ["photo-1"]),
            FindingReported(
                grid: grid, place: Place(unit: grid), category: "city-appearance.rubbish.exposed", severity: .minor,
                text: "x")),
        Example(
            ComplaintReceived(
                complaint: "c-1", channel: .phone, place: Place(unit: community, label: "北门"),
                category: "city-appearance.rubbish.exposed", severity: .urgent, text: "没人清运", caller: "k-1"),
            ComplaintReceived(
                complaint: "c-1", channel: .app, place: Place(unit: community), severity: .normal, text: "x")),
        Example(wholeAction, CaseAction(case: id, action: .accept)),
        Example(
            ChatReceived(community: community, text: "done 1027 换好了", case: id),
            ChatReceived(community: community, text: "到了")),
        Example(
            DeedReported(subject: resident, item: "snow-cleared", unit: grid, quantity: 2, evidence: ["photo-1"]),
            DeedReported(subject: resident, item: "snow-cleared", unit: grid)),
        Example(HoursReported(subject: resident, hours: 150, activity: "patrol-help", unit: grid)),
        Example(ConsentChanged(subject: resident, given: true)),
    ]

    private static let wholeAction: CaseAction = {
        var action = CaseAction(
            case: id, action: .blowWhistle, version: 3, department: department, departments: [department],
            whistle: .enforcement, unit: community, person: person, handling: .hard, reason: "cannot do it alone",
            evidence: ["photo-1"], rating: 5)
        action.pause = "waiting-for-parts"
        action.until = later
        action.means = .callBack
        action.satisfied = true
        action.grounds = .dissatisfied
        action.category = "utility.water.burst"
        action.severity = .urgent
        action.into = other
        action.step = 4
        action.granted = true
        action.lead = department
        action.judgement = WhistleJudgement(onTime: true, rightPeople: true, solved: true, satisfied: false)
        action.assessment = WhistleAssessment(needed: true, ours: true)
        return action
    }()

    private static let intake = [
        Example(VisitRecorded(visit: id, grid: grid, unit: building, outcome: .met, minutes: 4)),
        Example(
            FindingRecorded(
                finding: id, grid: grid, place: Place(unit: building, label: "入口"),
                category: "city-appearance.rubbish.exposed", severity: .normal, text: "垃圾堆在楼下", evidence: ["photo-1"]),
            FindingRecorded(
                finding: id, grid: grid, place: Place(unit: grid), category: "city-appearance.rubbish.exposed",
                severity: .minor, text: "x")),
        Example(
            FactRecorded(
                grid: grid, visit: id, register: .homes, about: "home-1", attribute: "residents", since: time)),
    ]

    private static let directory = [
        Example(UnitListed(unit: grid, name: "第一网格", retired: later), UnitListed(unit: grid, name: "第一网格")),
        Example(
            PersonListed(
                person: person, name: "赵格", language: .chinese,
                postings: [
                    Posting(role: .gridChief, unit: grid, from: time, to: later),
                    Posting(role: .department, department: department, from: time),
                ]),
            PersonListed(person: person, name: "赵格", language: .english, postings: [])),
        Example(DepartmentListed(department: department, name: "水务局", communities: [community])),
        Example(GatewayListed(source: "app", types: [VisitReported.type])),
    ]

    private static let cases = [
        Example(
            CaseOpened(
                case: id, sequence: 1, unit: building, number: 27, origin: .finding,
                category: "city-appearance.rubbish.exposed", severity: .normal, handling: .small,
                rule: "rule 12 of version 3: what a grid can settle", owner: owner, acceptBy: time, resolveBy: later,
                answerBy: later, reporter: person),
            CaseOpened(
                case: id, sequence: 1, unit: building, number: 27, origin: .finding,
                category: "city-appearance.rubbish.exposed", severity: .normal, handling: .small,
                rule: "rule 12 of version 3: what a grid can settle", owner: owner, acceptBy: time, resolveBy: later)),
        Example(
            CaseJoined(
                case: id, sequence: 2, unit: building, origin: .complaint, input: "e-2", reason: "same place",
                from: other, reporters: [person]),
            CaseJoined(case: id, sequence: 2, unit: building, origin: .complaint, input: "e-2", reason: "same place")),
        Example(CaseAccepted(case: id, sequence: 2, unit: building, owner: owner, inTime: true)),
        Example(
            CaseHandedOver(
                case: id, sequence: 3, unit: building, from: owner, to: Owner(unit: community), count: 1,
                reason: "not ours", acceptBy: later),
            CaseHandedOver(
                case: id, sequence: 3, unit: building, from: owner, to: Owner(unit: community), count: 1, reason: nil,
                acceptBy: later)),
        Example(
            CaseReclassified(
                case: id, sequence: 4, unit: building, from: .small, to: .big, reason: "needs three parties",
                resolveBy: later, rule: "rule 12 of version 3: what a grid can settle"),
            CaseReclassified(
                case: id, sequence: 4, unit: building, from: .small, to: .big, reason: "needs three parties",
                resolveBy: later)),
        Example(
            CaseResolved(case: id, sequence: 5, unit: building, by: owner, inTime: true, evidence: ["photo-2"]),
            CaseResolved(case: id, sequence: 5, unit: building, by: owner, inTime: false)),
        Example(CaseRated(case: id, sequence: 6, unit: building, rating: 5, settledBy: owner)),
        Example(
            CaseClosed(case: id, sequence: 7, unit: building, outcome: .withdrawn, reason: "reported by mistake"),
            CaseClosed(case: id, sequence: 7, unit: building, outcome: .settled)),
        Example(
            CaseClimbed(
                case: id, sequence: 3, unit: building, reason: .noShow, from: .community, to: .town,
                supervisor: town, department: department, head: person, due: later),
            CaseClimbed(
                case: id, sequence: 3, unit: building, reason: .overdue, from: .grid, to: .community,
                supervisor: community, due: later)),
    ]

    private static let deadlines = [
        Example(
            CaseWarned(
                case: id, sequence: 2, unit: building, slip: .red, deadline: .contact, due: later,
                department: department),
            CaseWarned(case: id, sequence: 2, unit: building, slip: .yellow, deadline: .resolve, due: later)),
        Example(CasePaused(case: id, sequence: 3, unit: building, reason: "waiting-for-parts", until: later)),
        Example(
            CaseResumed(
                case: id, sequence: 4, unit: building, pausedFrom: time, early: true, resolveBy: later,
                answerBy: later),
            CaseResumed(case: id, sequence: 4, unit: building, pausedFrom: time, early: false, resolveBy: later)),
        Example(
            CaseExtensionAsked(
                case: id, sequence: 3, unit: building, until: later, reason: "rain", approver: town)),
        Example(
            CaseExtensionDecided(
                case: id, sequence: 4, unit: building, granted: false, resolveBy: later, reason: "not for that"),
            CaseExtensionDecided(case: id, sequence: 4, unit: building, granted: true, resolveBy: later)),
        Example(
            CaseRescheduled(
                case: id, sequence: 5, unit: building, acceptBy: later, resolveBy: later, formerAcceptBy: time,
                formerResolveBy: time, policy: "rules version 3, calendar of 2026", answerBy: later, rules: 3),
            CaseRescheduled(
                case: id, sequence: 5, unit: building, acceptBy: later, resolveBy: later, formerAcceptBy: time,
                formerResolveBy: time, policy: "rules version 3, calendar of 2026")),
    ]

    private static let reviews = [
        Example(
            CaseStarted(case: id, sequence: 3, unit: building, owner: owner, inTime: true),
            CaseStarted(case: id, sequence: 3, unit: building, owner: owner)),
        Example(
            CaseVerified(case: id, sequence: 6, unit: building, means: .callBack, satisfied: true, settledBy: owner)),
        Example(
            CaseReopened(
                case: id, sequence: 7, unit: building, grounds: .dissatisfied, reason: "it is back", owner: owner,
                count: 1, acceptBy: time, resolveBy: later, answerBy: later),
            CaseReopened(
                case: id, sequence: 7, unit: building, grounds: .community, reason: "it is back", owner: owner,
                count: 1, acceptBy: time, resolveBy: later)),
        Example(
            CaseSentBack(case: id, sequence: 6, unit: building, to: owner, reason: "half done", resolveBy: later)),
        Example(
            CaseCorrected(
                case: id, sequence: 4, unit: building, reason: "it is water", rule: "rule 12 of version 3: …",
                resolveBy: later, formerCategory: "city-appearance.rubbish.exposed", category: "utility.water.burst",
                formerSeverity: .minor, severity: .urgent, formerHandling: .small, handling: .big, place: grid),
            CaseCorrected(
                case: id, sequence: 4, unit: building, reason: "it is water", rule: "rule 12 of version 3: …",
                resolveBy: later)),
        Example(
            CaseSupervised(
                case: id, sequence: 4, unit: building, rung: .town, supervisor: town, ask: "how far is it?")),
        Example(
            CaseAnswered(
                case: id, sequence: 5, unit: building, step: 4, rung: .town, supervisor: town, answer: "tomorrow",
                department: department),
            CaseAnswered(
                case: id, sequence: 5, unit: building, step: 4, rung: .town, supervisor: town, answer: "tomorrow")),
    ]

    private static let joining = [
        Example(CaseJoinedTo(case: id, sequence: 2, unit: building, into: other, reason: "same place")),
        Example(
            CaseSplit(
                case: id, sequence: 3, unit: building, from: other, reason: "another pipe", owner: owner,
                acceptBy: time, resolveBy: later, answerBy: later),
            CaseSplit(
                case: id, sequence: 3, unit: building, from: other, reason: "another pipe", owner: owner,
                acceptBy: time, resolveBy: later)),
        Example(
            CaseParted(case: id, sequence: 4, unit: building, from: other, reason: "another pipe", reporters: [person])),
    ]

    private static let courses = [
        Example(
            WhistleAsked(
                case: id, sequence: 3, unit: building, whistle: other, kind: .keyWork, departments: [department],
                approver: town, lead: department),
            WhistleAsked(
                case: id, sequence: 3, unit: building, whistle: other, kind: .keyWork, departments: [department],
                approver: town)),
        Example(WhistleRefused(case: id, sequence: 4, unit: building, whistle: other, reason: "not yet")),
        Example(
            WhistleChanged(
                case: id, sequence: 5, unit: building, whistle: other,
                added: [Summons(department: department, arriveBy: time, completeBy: later)], released: [department],
                lead: department)),
        Example(
            WhistleProgressed(
                case: id, sequence: 4, unit: building, whistle: other, department: department, step: .signed,
                inTime: true, note: "on our way"),
            WhistleProgressed(
                case: id, sequence: 4, unit: building, whistle: other, department: department, step: .contributed)),
        Example(
            WhistleDeclineDecided(
                case: id, sequence: 5, unit: building, whistle: other, department: department, excused: false,
                reason: "it is yours", arriveBy: time, completeBy: later),
            WhistleDeclineDecided(
                case: id, sequence: 5, unit: building, whistle: other, department: department, excused: true)),
        Example(
            NoShowWithdrawn(
                case: id, sequence: 7, unit: building, whistle: other, department: department, missed: id, due: time,
                cameAt: time, heardAt: later, told: [.town], supervisors: [town], decided: false),
            NoShowWithdrawn(
                case: id, sequence: 7, unit: building, whistle: other, department: department, due: time,
                cameAt: time, heardAt: later, told: [.town], supervisors: [town], decided: true)),
        Example(
            WhistleJudged(
                case: id, sequence: 8, unit: building, whistle: other, department: department, onTime: true,
                rightPeople: true, solved: false, satisfied: false)),
        Example(
            WhistleAssessed(
                case: id, sequence: 8, unit: building, whistle: other, department: department, needed: false,
                ours: true)),
    ]

    private static let whistles = [
        Example(
            WhistleBlown(
                case: id, sequence: 3, unit: building, whistle: other, kind: .keyWork, community: community,
                summons: [
                    Summons(
                        department: department, arriveBy: time, completeBy: later, signBy: time, contactBy: time)
                ], lead: department),
            WhistleBlown(
                case: id, sequence: 3, unit: building, whistle: other, kind: .keyWork, community: community,
                summons: [Summons(department: department, arriveBy: time, completeBy: later)])),
        Example(
            WhistleCheckedIn(
                case: id, sequence: 4, unit: building, whistle: other, department: department, inTime: true,
                place: building),
            WhistleCheckedIn(
                case: id, sequence: 4, unit: building, whistle: other, department: department, inTime: true)),
        Example(
            WhistleDeclined(
                case: id, sequence: 4, unit: building, whistle: other, department: department, reason: "not ours")),
        Example(
            WhistleDone(case: id, sequence: 5, unit: building, whistle: other, department: department, inTime: true)),
        Example(
            WhistleMissed(case: id, sequence: 4, unit: building, whistle: other, department: department, due: later)),
        Example(
            WhistleEnded(
                case: id, sequence: 6, unit: building, whistle: other, came: 2, missed: 1, declined: 1, open: 1),
            WhistleEnded(case: id, sequence: 6, unit: building, whistle: other, came: 2, missed: 1)),
    ]

    private static let others = [
        Example(
            CreditEntryMade(
                entry: id, creditSubject: resident, rule: "snow-cleared", ruleVersion: 1, points: -100, cause: "e-1",
                expires: later, reverses: other),
            CreditEntryMade(
                entry: id, creditSubject: resident, rule: "snow-cleared", ruleVersion: 1, points: 100, cause: "e-1")),
        Example(
            NoticeSettled(
                notice: id, recipient: person, channel: .wecom, state: .delivered, attempts: 1, rule: "case-opened")),
        Example(TopicMade(name: "intake.visits", incarnation: id, partitions: 12)),
        Example(ClockSet(now: time)),
    ]
}
