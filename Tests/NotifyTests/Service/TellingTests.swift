import Contracts
import TestSupport
import Testing

@testable import muster_notify

/// From a batch of events to rows, on a real Postgres.
@Suite(.timeLimit(.minutes(2)))
struct TellingTests {
    @Test(.needsPostgres)
    func `people are told once, and again of nothing`() async throws {
        try await Rig.use { rig in
            var life = CaseLife()
            let opened = life.occasion
            let blown = life.whistle()
            let receipts = try await rig.take([opened, opened, blown])
            #expect(receipts.map(\.verdict) == [.taken, .known, .taken])
            let told = [
                "(gao,opened,inbox,delivered)", "(gao,whistle-blown,inbox,delivered)",
                "(huo1,summoned,inbox,delivered)", "(huohead,summoned,inbox,delivered)",
                "(shui1,summoned,inbox,delivered)", "(shui2,summoned,inbox,delivered)",
                "(shuihead,summoned,inbox,delivered)", "(tian,whistle-blown,inbox,delivered)",
            ]
            #expect(try await rig.notices() == told)
            #expect(try await rig.published().count == 8)
            try await rig.take([blown, opened])
            #expect(try await rig.notices() == told)
            #expect(try await rig.published().count == 8)
        }
    }

    /// The keys of inputs, the cases' sequence numbers, the expansions and the notices' own keys: each stops a second
    /// telling where the ones before it are lost.
    @Test(.needsPostgres)
    func `a replay tells nobody, whichever of the keys are left`() async throws {
        try await Rig.use { rig in
            var life = CaseLife(origin: .complaint, owner: Owner(unit: SmallCity.community), by: nil)
            let events = [life.occasion, life.whistle()]
            try await rig.take(events)
            let told = try await rig.notices()
            #expect(told.count == 11)
            // Meanwhile others are posted, who must not hear of it.
            let new = PersonListed(
                person: person("new"), name: "新来的", language: .chinese,
                postings: [Posting(role: .community, unit: SmallCity.community, from: SmallCity.beginning)])
            try await rig.list([new], at: SmallCity.noon)
            for lost in ["input", "case_matter", "expansion"] {
                try await rig.execute("delete from \(lost)")
                if lost == "expansion" { try await rig.execute("delete from directory_person where person = 'new'") }
                try await rig.execute("delete from input; delete from case_matter where '\(lost)' <> 'input'")
                try await rig.take(events)
                #expect(try await rig.notices() == told, "without \(lost)")
                #expect(try await rig.published().count == 11, "without \(lost)")
            }
        }
    }

    @Test(.needsPostgres)
    func `a rule that is renamed does not tell the same again`() async throws {
        try await Rig.use { rig in
            try await rig.take([CaseLife().occasion])
            let told = try await rig.notices()
            let rules = rig.policy.rules
            let renamed = NoticeRules(
                rules: rules.rules.map { rule in
                    NoticeRule(
                        id: rule.id + "-new", event: rule.event, conditions: rule.conditions,
                        audiences: rule.audiences, exceptActor: rule.exceptActor, channels: rule.channels,
                        isUrgent: rule.isUrgent, afterUnknown: rule.afterUnknown, template: rule.template,
                        lifetime: rule.lifetime, mootedBy: rule.mootedBy)
                }, quietHours: rules.quietHours, sight: rules.sight)
            let policy = try NoticePolicy(rules: renamed, catalogue: rig.policy.catalogue, time: CityTime())
            try await rig.execute("delete from input; delete from case_matter")
            try await rig.take(
                [CaseLife().occasion], by: NotifyHandler(policy: policy, book: rig.book, cipher: nil))
            #expect(try await rig.notices() == told)
        }
    }

    @Test(.needsPostgres)
    func `an event that comes before its time waits over batches, and is told in order`() async throws {
        try await Rig.use { rig in
            var life = CaseLife()
            let events = [life.occasion, life.whistle(), life.climb(.overdue, supervisor: SmallCity.community)]
            try await rig.take([events[2]])
            try await rig.take([events[1], events[2]])
            #expect(try await rig.notices() == [])
            #expect(try await rig.count("select count(*) from parked_event") == 2)
            try await rig.take([events[0]])
            #expect(try await rig.count("select count(*) from parked_event") == 0)
            #expect(try await rig.count("select sequence from case_matter") == 3)
            let inbox = try await rig.rows(
                "select number, event_type from inbox join notice on id = notice where inbox.recipient = 'gao' order by 1"
            )
            #expect(
                inbox == [
                    "(1,muster.case.opened.v1)", "(2,muster.whistle.blown.v1)", "(3,muster.case.climbed.v1)",
                ])
        }
    }

    @Test(.needsPostgres)
    func `what waits is dropped when it has become pointless, also within one batch`() async throws {
        let channels = #"{"robots": [{"for": {"each": "community"}, "url": "https://example.org/{code}"}]}"#
        try await Rig.use(channels: channels) { rig in
            var life = CaseLife()
            let opened = life.occasion
            let accepted = life.next(
                .accepted(
                    CaseAccepted(
                        case: CaseLife.id, sequence: 2, unit: SmallCity.grid, owner: life.matter.owner, inTime: true)),
                by: "gao")
            try await rig.take([opened])
            #expect(try await rig.count("select count(*) from delivery where state = 'pending'") == 1)
            try await rig.take([accepted])
            let told = ["(gao,opened,inbox,delivered)", "(gao,opened,wecom,dropped)"]
            #expect(try await rig.notices() == told)
            #expect(try await rig.count("select count(*) from delivery") == 0)
            #expect(try await rig.published() == ["gao/inbox delivered", "gao/wecom dropped"])
        }
        try await Rig.use(channels: channels) { rig in
            var life = CaseLife()
            let opened = life.occasion
            let accepted = life.next(
                .accepted(
                    CaseAccepted(
                        case: CaseLife.id, sequence: 2, unit: SmallCity.grid, owner: life.matter.owner, inTime: true)),
                by: "gao")
            try await rig.take([opened, accepted])
            #expect(try await rig.notices() == ["(gao,opened,inbox,delivered)", "(gao,opened,wecom,dropped)"])
            #expect(try await rig.count("select count(*) from delivery") == 0)
        }
    }

    @Test(.needsPostgres)
    func `what is over is forgotten in time, what is underway is not, and nobody is told again`() async throws {
        let channels = #"{"robots": [{"for": {"each": "community"}, "url": "https://example.org/{code}"}]}"#
        try await Rig.use(channels: channels) { rig in
            let opened = CaseLife().occasion
            try await rig.take([opened])
            let chore = NotifyChores.notices(keeping: .hours(24))
            rig.clock.set(SmallCity.noon + .hours(24))
            #expect(try await rig.step(chore) == 0)
            rig.clock.set(SmallCity.noon + .hours(25))
            #expect(try await rig.step(chore) == 1)
            #expect(try await rig.notices() == ["(gao,opened,wecom,underway)"])
            #expect(try await rig.count("select count(*) from inbox") == 0)
            try await rig.execute("delete from input; delete from case_matter")
            try await rig.take([opened])
            #expect(try await rig.notices() == ["(gao,opened,wecom,underway)"])
        }
    }

    /// Two consumers may hold one case for a moment when partitions are added.
    @Test(.needsPostgres)
    func `two batches at once about one case tell everything once`() async throws {
        try await Rig.use { rig in
            var life = CaseLife()
            var events = [life.occasion]
            for _ in 0..<20 { events.append(life.climb(.overdue, supervisor: SmallCity.town)) }
            let all = events
            await withTaskGroup { group in
                for offset in 0..<4 {
                    group.addTask {
                        for index in all.indices {
                            while (try? await rig.take([all[(index + offset * 5) % all.count]])) == nil {}
                        }
                    }
                }
            }
            #expect(try await rig.count("select sequence from case_matter") == 21)
            #expect(try await rig.count("select count(*) from parked_event") == 0)
            // The opening to the chief; each time the town is told, and the chief as the owner.
            #expect(try await rig.count("select count(*) from notice") == 41)
            #expect(try await rig.count("select count(distinct (event, recipient, channel)) from notice") == 41)
            let heads = try await rig.rows("select recipient, last from inbox_head order by 1")
            #expect(heads == ["(gao,21)", "(tian,20)"])
            #expect(try await rig.count("select max(number) from inbox where recipient = 'gao'") == 21)
        }
    }
}
