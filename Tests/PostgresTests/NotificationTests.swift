import Postgres
import TestSupport
import Testing

@Suite(.needsPostgres, .scratchDatabase, .serialized, .timeLimit(.minutes(5)))
struct NotificationTests {
    @Test func `a notification wakes an idle connection`() async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let server = try await Server()
        var stream = try await listener.notifications(on: "my \"channel").makeAsyncIterator()
        for number in 0..<50 {
            try await server.notify("my \"channel", ["\(number)"])
            #expect(await stream.next() == PostgresNotification(channel: "my \"channel", payload: "\(number)"))
        }
    }

    @Test func `a notification is also found among a statement's answers`() async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        var stream = try await listener.notifications(on: "own").makeAsyncIterator()
        try await listener.run { try $0.execute("notify own, 'mine'") }
        #expect(await stream.next()?.payload == "mine")
    }

    @Test func `a slow reader keeps the newest`() async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let server = try await Server()
        let slow = try await listener.notifications(on: "flood", keepingNewest: 3)
        var all = try await listener.notifications(on: "flood", keepingNewest: 100).makeAsyncIterator()
        try await server.notify("flood", (1...10).map { "\($0)" })
        // When the other reader has got the last, so has this one.
        for _ in 1...10 { _ = await all.next() }
        await listener.close()
        var payloads: [String] = []
        for await notification in slow { payloads.append(notification.payload) }
        #expect(payloads == ["8", "9", "10"])
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `the stream ends when the connection is lost or closed`(isLost: Bool) async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let server = try await Server()
        let id = try await listener.processID
        let stream = try await listener.notifications(on: "ending")
        if isLost { try await server.terminate(id) } else { await listener.close() }
        for await notification in stream { Issue.record("\(notification) came from nowhere") }
        #expect(await !listener.isOpen)
    }

    @Test func `the last reader who goes away ends the listening`() async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let channels = Statement("channels", "select count(*) from pg_listening_channels()")
        func count() async throws -> Int64 { try await listener.run { try $0.query(channels).row(0, as: Int64.self) } }
        do {
            let first = try await listener.notifications(on: "shared")
            do {
                let second = try await listener.notifications(on: "shared")
                #expect(try await count() == 1)
                _ = second
            }
            #expect(try await count() == 1)
            _ = first
        }
        try await eventually("the session listens no more") { try await count() == 0 }
    }

    @Test func `a channel whose name the server would cut is refused`() async throws {
        let listener = try await PostgresConnection.connect(try ScratchDatabase.conninfo)
        let error = await #expect(throws: PostgresError.self) {
            try await listener.notifications(on: String(repeating: "c", count: 64))
        }
        #expect(error?.reason == .misuse)
    }
}
