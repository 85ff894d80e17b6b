import Contracts
import HTTPServer
import Postgres
import TestSupport
import Testing
import Threads

@testable import ServiceKit
@testable import muster_dispatch

/// Changes of cases as they happen.
@Suite(.timeLimit(.minutes(2))) struct `the stream of changes` {
    private typealias Position = Feed<CaseNews>.Position

    /// Follows the table while the body runs.
    private func following(_ rig: DispatchRig, _ feed: Feed<CaseNews>, _ body: () async throws -> Void) async throws {
        let task = Task { await feed.run(rig.log) }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        try result.get()
    }

    private func stream(
        _ rig: DispatchRig, _ feed: Feed<CaseNews>, _ who: City.Who, after: Position
    ) throws -> FeedStream<CaseNews, Position> {
        let postings = City.directory.postings(of: who.id, at: City.opening)
        let listener = CaseFeed(context: rig.context, feed: feed).listener(
            Reach(of: who.id, postings: postings), after: after)
        return try FeedStream(feed, listener)
    }

    /// The next so many, as sequence and type.
    private func take(
        _ count: Int, _ iterator: inout FeedStream<CaseNews, Position>.Iterator
    ) async -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        while events.count < count, let event = await iterator.next() { events.append(event) }
        return events
    }

    /// Waits until everything that is committed may be told: other transactions of the server hold it up, those of other tests too.
    private func settled(_ rig: DispatchRig) async throws -> Position {
        var end = Position.start
        try await eventually("everything may be told") {
            let newest = try await rig.rows("select transaction, change from history order by 1 desc, 2 desc limit 1")
            end = try await rig.pool.run { session in try CaseFeed.source.end(&session) }
            return newest == ["(\(end.transaction),\(end.number))"]
        }
        return end
    }

    @Test(.needsPostgres)
    func `brings what happens in one's reach, each once, and goes on from where one left off`() async throws {
        try await DispatchRig.use { rig in
            let one = try await rig.complain("垃圾", id: "c1")
            try await following(rig, rig.feed) {
                var iterator = try stream(rig, rig.feed, .chief, after: .start).makeAsyncIterator()
                let first = await take(1, &iterator)
                #expect(first[0].data.contains("case.opened") && first[0].data.contains(one.description))
                try await rig.complain("邻居", id: "n1", at: City.neighbourCommunity)
                _ = try await rig.act(.accept, on: one, by: .chief)
                let second = await take(1, &iterator)
                #expect(second[0].data.contains("case.accepted"))

                // Whoever comes back names the last that she got.
                _ = try await rig.act(.withdraw, on: one) { $0.reason = "x" }
                let left = try #require(first[0].id.flatMap { Position($0) })
                var again = try stream(rig, rig.feed, .chief, after: left).makeAsyncIterator()
                let rest = await take(2, &again)
                #expect(rest.map(\.data).map { $0.contains("accepted") } == [true, false])
                #expect(rest[0] == second[0] && rest[1].data.contains("case.closed"))
                let third = await take(1, &iterator)
                #expect(third == [rest[1]])

                var city = try stream(rig, rig.feed, .cityClerk, after: .start).makeAsyncIterator()
                #expect(await take(4, &city).count == 4)
            }
        }
    }

    @Test(.needsPostgres)
    func `is for a department from the moment in which it is called`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管", id: "c1")
            try await following(rig, rig.feed) {
                let now = try await settled(rig)
                var iterator = try stream(rig, rig.feed, .waterWorker, after: now).makeAsyncIterator()
                _ = try await rig.act(.blowWhistle, on: id) {
                    $0.whistle = .emergency
                    $0.departments = [City.water]
                }
                let events = await take(1, &iterator)
                #expect(events[0].data.contains(id.description))
            }
        }
    }

    /// A row that is committed after one with a higher number would be passed by, if numbers were gone by.
    @Test(.needsPostgres)
    func `passes nothing by that is committed late`() async throws {
        try await DispatchRig.use { rig in
            let one = try await rig.complain("一", id: "c1")
            let two = try await rig.complain("二", id: "c2")
            try await following(rig, rig.feed) {
                let now = try await settled(rig)
                var iterator = try stream(rig, rig.feed, .cityClerk, after: now).makeAsyncIterator()
                func insert(_ id: EventID) -> String {
                    """
                    insert into history (
                        matter_id, sequence, event_id, type, occurred_at, recorded_at, correlation_id, data)
                    values ('\(id)', 90, '\(id)', 'late', now(), now(), 'x', '{}')
                    """
                }
                let slow = try await PostgresConnection.connect(rig.pool.options.conninfo)
                let (first, isWritten, mayCommit) = (insert(one), Flag(), Flag())
                async let writing: Void = slow.run { session in
                    try session.transaction { session in
                        try session.execute(first)
                        isWritten.raise()
                        try blockUntil("the other is committed") { mayCommit.isRaised }
                    }
                }
                try await eventually("the earlier one is written") { isWritten.isRaised }
                try await rig.execute(insert(two))
                // The later one is there and waits: nothing may be told before the earlier transaction is over.
                let early = try await rig.pool.run { session in
                    try CaseFeed.source.read(&session, now, 10).count
                }
                #expect(early == 0)
                mayCommit.raise()
                try await writing
                await slow.close()
                rig.bell.ring()
                let events = await take(2, &iterator)
                #expect(events[0].data.contains(one.description) && events[1].data.contains(two.description))
            }
        }
    }

    @Test(.needsPostgres)
    func `asks the database once for all who listen, and not at all for nobody`() async throws {
        try await DispatchRig.use { rig in
            let feed = Feed(rig.pool, CaseFeed.source, changes: rig.bell)
            try await feed.follow()
            #expect(feed.state.withLock { $0.reads } == 0 && feed.end == nil)
            let id = try await rig.complain("垃圾", id: "c1")
            let now = try await settled(rig)
            let people: [City.Who] = [.chief, .secretary, .townClerk, .cityClerk]
            var iterators = try people.flatMap { who in
                try (0..<4).map { _ in try stream(rig, feed, who, after: now).makeAsyncIterator() }
            }
            try await feed.follow()
            _ = try await rig.act(.accept, on: id, by: .chief)
            _ = try await settled(rig)
            let before = feed.state.withLock { $0.reads }
            try await feed.follow()
            #expect(feed.state.withLock { $0.reads } == before + 1)
            for index in iterators.indices {
                let events = await take(1, &iterators[index])
                #expect(events[0].data.contains("case.accepted"))
            }
            #expect(feed.state.withLock { $0.reads } == before + 1)
        }
    }

    @Test(.needsPostgres)
    func `has places for a few streams of a person, and gives them back`() async throws {
        try await DispatchRig.use { rig in
            var streams: [FeedStream<CaseNews, Position>] = []
            for _ in 0..<4 { streams.append(try stream(rig, rig.feed, .chief, after: .start)) }
            #expect(throws: Problem.self) { try stream(rig, rig.feed, .chief, after: .start) }
            _ = try stream(rig, rig.feed, .secretary, after: .start)
            streams.removeLast()
            _ = try stream(rig, rig.feed, .chief, after: .start)
            #expect(try await rig.ask("/v1/changes", as: .resident).status == 403)
            #expect(
                try await rig.ask("/v1/changes", as: .chief, headers: ["Last-Event-ID": "x"]).status == 400)
        }
    }

    /// A listener that takes nothing holds nothing but its place: what it missed it reads from the database.
    @Test(.needsPostgres)
    func `keeps a bounded number in memory, and a slow listener still misses nothing`() async throws {
        try await DispatchRig.use { rig in
            var limits = Feed<CaseNews>.Limits()
            limits.kept = 3
            let feed = Feed(rig.pool, CaseFeed.source, changes: rig.bell, limits: limits)
            var iterator = try stream(rig, feed, .cityClerk, after: .start).makeAsyncIterator()
            try await feed.follow()
            _ = try await rig.complain("垃圾", id: "first")
            _ = try await settled(rig)
            try await feed.follow()
            #expect(await take(1, &iterator).count == 1)
            var ids: [EventID] = []
            for number in 0..<10 { ids.append(try await rig.complain("垃圾", id: "c\(number)")) }
            _ = try await settled(rig)
            try await feed.follow()
            #expect(feed.state.withLock { $0.kept.count } == 3)
            let events = await take(10, &iterator)
            for (event, id) in zip(events, ids) { #expect(event.data.contains(id.description)) }
            #expect(events.count == 10)
        }
    }

    @Test(.needsPostgres)
    func `ends after a while, so that whoever left a post sees no more`() async throws {
        try await DispatchRig.use { rig in
            var limits = Feed<CaseNews>.Limits()
            limits.age = .milliseconds(1)
            let feed = Feed(rig.pool, CaseFeed.source, changes: rig.bell, limits: limits)
            var iterator = try stream(rig, feed, .chief, after: .start).makeAsyncIterator()
            try await following(rig, feed) {
                #expect(await iterator.next() == nil)
            }
        }
    }
}

/// Raised by one thread and seen by another.
private final class Flag: Sendable {
    private let state = Lock(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
