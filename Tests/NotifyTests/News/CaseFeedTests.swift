import Contracts
import Testing

@testable import muster_notify

@Suite struct CaseFeedTests {
    /// Eight events of one case, in order.
    let events: [(EventEnvelope, News)] = {
        var life = CaseLife()
        var occasions = [life.occasion, life.whistle()]
        for _ in 0..<6 { occasions.append(life.climb(.overdue, supervisor: SmallCity.town)) }
        return occasions.map { ($0.envelope, $0.news) }
    }()

    @Test func `events in order are told at once`() {
        var feed = CaseFeed()
        for (envelope, news) in events { #expect(feed.take(envelope, news).map(\.envelope) == [envelope]) }
        #expect(feed.matter?.sequence == 8 && feed.parked.isEmpty)
    }

    @Test func `a late copy is told to nobody`() {
        var feed = CaseFeed()
        for (envelope, news) in events { _ = feed.take(envelope, news) }
        for (envelope, news) in events { #expect(feed.take(envelope, news).isEmpty) }
        #expect(feed.matter?.sequence == 8 && feed.parked.isEmpty)
    }

    @Test func `what comes after a gap waits for it`() {
        var feed = CaseFeed()
        _ = feed.take(events[0].0, events[0].1)
        #expect(feed.take(events[3].0, events[3].1).isEmpty)
        #expect(feed.take(events[2].0, events[2].1).isEmpty)
        #expect(feed.parked.keys.sorted() == [3, 4])
        #expect(feed.take(events[1].0, events[1].1).map(\.envelope.id) == ["e2", "e3", "e4"])
        #expect(feed.parked.isEmpty)
    }

    @Test func `a case whose opening is missing tells nothing, and forgets nothing`() {
        var feed = CaseFeed()
        #expect(feed.take(events[1].0, events[1].1).isEmpty)
        #expect(feed.matter == nil && feed.parked.count == 1)
        #expect(feed.take(events[0].0, events[0].1).count == 2)
    }

    @Test func `in whatever order and however often they come, each is told once and in order`() {
        var random = Seeded(11)
        for _ in 0..<500 {
            var feed = CaseFeed()
            let arrivals = (events + events.shuffled(using: &random)).shuffled(using: &random)
            let told = arrivals.flatMap { feed.take($0.0, $0.1) }
            #expect(told.map(\.envelope.id) == events.map(\.0.id))
            #expect(told.map { $0.matter?.sequence } == (1...8).map { $0 })
        }
    }

    @Test(arguments: FactsTests.examples)
    func `an event that waits can be stored and read again`(occasion: Occasion) throws {
        let json = try occasion.news.encoded()
        #expect(try News.read(occasion.news.type, json) == occasion.news)
    }
}
