import Contracts
import Testing

@testable import muster_notify

/// From an event to notices: each person once, each notice with an id that does not depend on how it came about.
@Suite struct ExpansionTests {
    let policy: NoticePolicy
    let now = SmallCity.noon + .minutes(1)

    init() throws { policy = try NoticePolicy.load() }

    func expand(
        _ occasion: Occasion, _ policy: NoticePolicy? = nil, at now: Instant? = nil,
        reachable: Set<Channel> = [.inbox, .wecom, .sms]
    ) -> [Expansion] {
        (policy ?? self.policy).expand(occasion, in: SmallCity.directory, at: now ?? self.now) { _ in reachable }
    }

    func summary(_ expansions: [Expansion]) -> [String] {
        expansions.map { expansion in
            let notices = expansion.notices.map { "\($0.recipient.person)/\($0.channel.rawValue)" }
            return ([expansion.rule + ":"] + notices).joined(separator: " ")
        }
    }

    @Test func `a finding of the chief's own is told once, though several rules name her`() {
        #expect(
            summary(expand(CaseLife().occasion)) == [
                "opened: gao/inbox gao/wecom", "finding-opened:",
            ])
    }

    @Test func `a complaint is told to the owner and to the grid where it is`() {
        let life = CaseLife(origin: .complaint, owner: Owner(unit: SmallCity.community), by: nil)
        #expect(
            summary(expand(life.occasion)) == [
                "opened: shen/inbox shen/wecom song/inbox song/wecom", "complaint-in-grid: gao/inbox",
            ])
    }

    @Test func `an urgent case takes the first matching rule, and may use every channel`() throws {
        let expansions = expand(CaseLife(severity: .urgent).occasion, reachable: [.inbox, .sms])
        #expect(summary(expansions) == ["opened-urgent: gao/inbox gao/sms", "opened:", "finding-opened:"])
        let delivery = try #require(expansions.first?.notices.last?.delivery)
        #expect(delivery.isUrgent && delivery.afterUnknown == .sendAgain)
    }

    @Test func `whoever cannot be reached by the first rule is left to the next`() {
        let expansions = expand(CaseLife(owner: Owner(unit: SmallCity.community)).occasion, reachable: [])
        #expect(summary(expansions) == ["opened:", "finding-opened:"])
    }

    @Test func `a notice's id follows from event, person and channel alone`() throws {
        let first = expand(CaseLife().occasion).flatMap(\.notices)
        let later = expand(CaseLife().occasion, at: now + .hours(5)).flatMap(\.notices)
        #expect(first.map(\.id) == later.map(\.id))
        let other = NoticeRules(
            rules: policy.rules.rules.filter { $0.id != "opened" && $0.id != "opened-urgent" },
            quietHours: policy.rules.quietHours, sight: policy.rules.sight)
        let texts = policy.catalogue.templates.filter { $0.key != "case-opened" }
        let changed = try NoticePolicy(
            rules: other, catalogue: Catalogue(templates: texts, words: [:]), time: CityTime())
        let byOther = expand(CaseLife().occasion, changed).flatMap(\.notices)
        #expect(byOther.map(\.rule) == ["finding-opened"])
        #expect(byOther.map(\.id) == first.filter { $0.channel == .inbox }.map(\.id))
        #expect(Set(first.map(\.id)).count == first.count)
        #expect(
            first.first?.id
                == EventID.derived(
                    from: "muster/dispatch e1", at: SmallCity.noon, type: "muster.notice", subject: "gao/inbox"))
    }

    @Test func `by night the inbox is filled and the phone is left alone until seven`() throws {
        let night = time("2026-11-24T15:00:00.000Z")
        let notices = expand(CaseLife(at: night).occasion, at: night).flatMap(\.notices)
        #expect(
            notices.map(\.delivery.state) == [
                .pending(due: night), .pending(due: time("2026-11-24T23:00:00.000Z")),
            ])
    }

    @Test func `the time to tell is counted from when the event reached us`() {
        var occasion = CaseLife(at: SmallCity.noon - .hours(24 * 6)).occasion
        var envelope = occasion.envelope
        envelope.recordedAt = SmallCity.noon
        occasion = Occasion(envelope, occasion.news, occasion.matter)
        let notices = expand(occasion).flatMap(\.notices)
        #expect(notices.allSatisfy { $0.delivery.expires == SmallCity.noon + .hours(72) } && !notices.isEmpty)
    }

    @Test func `when a channel fails the next one is tried, with a text of its own`() throws {
        let notice = try #require(
            expand(CaseLife(severity: .urgent).occasion, reachable: [.inbox, .webhook, .wecom, .sms])
                .flatMap(\.notices).first { $0.channel == .webhook })
        #expect(notice.fallback.map(\.channel) == [.wecom, .sms])
        #expect(notice.message.body.contains("5号楼") && !notice.fallback[0].message.body.contains("5号楼"))

        let delivery = DeliveryPolicy(quietHours: policy.rules.quietHours)
        func ended(_ state: NoticeSettled.State) -> Delivery {
            var ended = notice.delivery
            ended.state = .settled(state, nil)
            return ended
        }
        let next = try #require(notice.successor(after: ended(.failed), at: now, delivery))
        #expect(next.id == Notice.id(notice.cause, person("gao"), .wecom) && next.channel == .wecom)
        #expect(next.message == notice.fallback[0].message && next.fallback.map(\.channel) == [.sms])
        #expect(next.delivery.state == .pending(due: now) && next.delivery.expires == notice.delivery.expires)
        #expect(notice.successor(after: ended(.delivered), at: now, delivery) == nil)
        #expect(notice.successor(after: ended(.dropped), at: now, delivery) == nil)
        #expect(notice.successor(after: ended(.unknown), at: now, delivery) != nil, "urgent: better twice than never")
        #expect(notice.successor(after: ended(.failed), at: notice.delivery.expires, delivery) == nil)
    }

    @Test func `an uncertain end of what is not urgent is not followed by another channel`() throws {
        let notice = try #require(
            expand(CaseLife().occasion, reachable: [.webhook, .wecom]).flatMap(\.notices).first)
        var lost = notice.delivery
        lost.state = .settled(.unknown, SendReason("timeout"))
        #expect(notice.successor(after: lost, at: now, DeliveryPolicy(quietHours: policy.rules.quietHours)) == nil)
    }

    /// Whatever happens to a case, nobody hears of one event twice, and every notice can be told apart.
    @Test func `over all events and channels, nobody is told twice`() {
        var random = Seeded(3)
        let channels: [Channel] = [.inbox, .webhook, .wecom, .sms]
        for occasion in FactsTests.examples {
            for _ in 0..<50 {
                let reachable = Set(channels.filter { _ in Bool.random(using: &random) })
                let notices = expand(occasion, reachable: reachable).flatMap(\.notices)
                let keys = notices.map { "\($0.recipient.person)/\($0.channel.rawValue)" }
                #expect(Set(keys).count == keys.count)
                #expect(Set(notices.map(\.id)).count == notices.count)
                let pairs = Set(notices.map { "\($0.recipient.person) by \($0.rule)" })
                #expect(pairs.count == Set(notices.map(\.recipient.person)).count, "one rule speaks to one person")
                #expect(notices.allSatisfy { reachable.contains($0.channel) })
            }
        }
    }
}

extension Notice {
    fileprivate var rule: String { origin.rule }
    fileprivate var cause: Cause { origin.cause }

    fileprivate func successor(after end: Delivery, at now: Instant, _ policy: DeliveryPolicy) -> Notice? {
        Notice.successor(of: end, origin, fallback: fallback, at: now, policy)
    }
}
