import Contracts
import HTTPClient
import HTTPServer
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_notify

/// From rows to other people's servers and back, on a real Postgres.
@Suite(.timeLimit(.minutes(2)))
struct SendingTests {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    static func channels(_ base: String) -> String {
        """
        {"privateAddresses": true,
         "webhooks": [{"for": {"each": "department"}, "url": "\(base)/hook-{code}", "secret": "\(secret)"}],
         "robots": [{"for": {"each": "community"}, "url": "\(base)/robot-{code}"}],
         "sms": {"url": "\(base)/sms", "body": {"to": "{{phone}}", "text": "{{text}}", "id": "{{id}}"}}}
        """
    }

    static let ok = #"{"errcode":0}"#

    @Test(.needsPostgres)
    func `departments hear by webhook, the chief by her community's robot`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, Self.ok)
        } _: { receiver in
            try await Rig.use(channels: Self.channels(receiver.base)) { rig in
                var life = CaseLife()
                try await rig.sending {
                    try await rig.take([life.occasion, life.whistle()])
                    try await eventually("all is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                #expect(
                    receiver.received.map(\.path).sorted() == [
                        "/hook-D017", "/hook-D017", "/hook-D017", "/hook-D023", "/hook-D023", "/robot-371082007013",
                    ])
                #expect(try await rig.count("select count(*) from notice where state <> 'delivered'") == 0)
                let published = try await rig.published()
                #expect(published.count == 14 && published.allSatisfy { $0.hasSuffix(" delivered") })
            }
        }
    }

    @Test(.needsPostgres)
    func `a phone number is sealed in its row, and opened to send`() async throws {
        try await Receiver.lend { _ in
            .noContent
        } _: { receiver in
            let gateway = #"{"url": "\#(receiver.base)/sms", "body": {"to": "{{phone}}", "text": "{{text}}"}}"#
            try await Rig.use(channels: #"{"privateAddresses": true, "sms": \#(gateway)}"#) { rig in
                try await rig.list([ContactListed(person: person("gao"), phone: "13800000000")])
                #expect(
                    try await rig.count("select count(*) from contact where position('138'::bytea in phone) > 0") == 0)
                try await rig.sending {
                    try await rig.take([CaseLife(severity: .urgent).occasion])
                    try await eventually("it is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                let bodies = receiver.received.map { String(decoding: $0.body, as: UTF8.self) }
                #expect(bodies.count == 1 && bodies[0].contains(#""to":"13800000000""#))
                // A sealed number that is moved to another person's row does not open.
                try await rig.execute("update contact set person = 'shen'")
                try await rig.sending {
                    let life = CaseLife.numbered(2, severity: .urgent, owner: person("shen"))
                    try await rig.take([life.occasion])
                    try await eventually("it is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                #expect(
                    try await rig.rows("select state, reason from notice where recipient = 'shen' and channel = 'sms'")
                        == ["(failed,unreadable-phone)"])
            }
        }
    }

    @Test(.needsPostgres)
    func `a robot gets twenty a minute of the city's time, and the rest later`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, Self.ok)
        } _: { receiver in
            try await Rig.use(channels: Self.channels(receiver.base)) { rig in
                try await rig.sending(replicas: ["r1", "r2"]) {
                    for number in 0..<45 { try await rig.take([CaseLife.numbered(number).occasion]) }
                    for sent in [20, 40, 45] {
                        try await eventually("\(sent) are sent", becomes: sent) { receiver.received.count }
                        // Quiet: nothing is due before the next minute.
                        try await eventually("nothing is due", becomes: 0) {
                            try await rig.count(
                                "select count(*) from delivery_due_at where due_at <= '\(rig.clock.now())'")
                        }
                        #expect(receiver.received.count == sent)
                        rig.step(to: rig.clock.now() + .minutes(1))
                    }
                    try await eventually("all is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                let bodies = receiver.received.map { String(decoding: $0.body, as: UTF8.self) }
                #expect(Set(bodies).count == 45, "nothing was said twice")
            }
        }
    }

    @Test(.needsPostgres)
    func `by night an ordinary message waits, and goes at seven`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, Self.ok)
        } _: { receiver in
            try await Rig.use(channels: Self.channels(receiver.base)) { rig in
                let night = time("2026-11-24T15:00:00.000Z")
                let morning = time("2026-11-24T23:00:00.000Z")
                rig.step(to: night)
                try await rig.sending {
                    try await rig.take([CaseLife(at: night).occasion])
                    rig.step(to: morning - .minutes(1))
                    let next = try await rig.rows("select due_at = '\(morning)' from delivery_due_at")
                    #expect(next == ["(t)"] && receiver.received.isEmpty)
                    rig.step(to: morning)
                    try await eventually("it is sent", becomes: 1) { receiver.received.count }
                }
            }
        }
    }

    @Test(.needsPostgres)
    func `a robot that hangs up is not told again, unless it is urgent`() async throws {
        let server = RudeServer(.silent)
        defer { server.stop() }
        try await Rig.use(channels: Self.channels("http://127.0.0.1:\(server.port)")) { rig in
            try await rig.sending {
                try await rig.take([CaseLife.numbered(1).occasion])
                try await eventually("it is settled") { try await rig.count("select count(*) from delivery") == 0 }
                #expect(try await rig.notices().last == "(gao,opened,wecom,unknown)")
                #expect(server.received == 1)
                try await rig.take([CaseLife.numbered(2, severity: .urgent).occasion])
                for minutes in [2, 8, 60] {
                    try await eventually("an attempt is over") {
                        try await rig.count("select count(*) from delivery_due_at where due_at <= '\(rig.clock.now())'")
                            == 0
                    }
                    rig.step(to: rig.clock.now() + .minutes(minutes))
                }
                try await eventually("it is settled") { try await rig.count("select count(*) from delivery") == 0 }
            }
            #expect(server.received == 5)
            #expect(
                try await rig.rows(
                    "select state, attempts, reason from notice where rule = 'opened-urgent' and channel = 'wecom'")
                    == ["(unknown,4,connection-lost)"])
        }
    }

    @Test(.needsPostgres)
    func `when a channel fails for good the next one is tried`() async throws {
        try await Receiver.lend { request in
            request.path.contains("hook") ? Response(status: .gone) : .text(.ok, Self.ok)
        } _: { receiver in
            let channels = Self.channels(receiver.base).replacing("department", with: "grid")
            try await Rig.use(channels: channels) { rig in
                try await rig.sending {
                    try await rig.take([CaseLife().occasion])
                    try await eventually("all is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                #expect(
                    try await rig.notices() == [
                        "(gao,opened,inbox,delivered)", "(gao,opened,webhook,failed)", "(gao,opened,wecom,delivered)",
                    ])
                #expect(receiver.received.map(\.path) == ["/hook-371082007013001", "/robot-371082007013"])
            }
        }
    }

    @Test(.needsPostgres)
    func `what a dead sender left is settled by the next one: sent again where that does no harm`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, Self.ok)
        } _: { receiver in
            let channels = Self.channels(receiver.base).replacing("department", with: "grid")
            for (lane, end) in [("webhook", "delivered"), ("wecom", "unknown")] {
                let own = lane == "webhook" ? channels : Self.channels(receiver.base)
                try await Rig.use(channels: own) { rig in
                    try await rig.take([CaseLife().occasion])
                    // Claimed by an earlier life of this replica, which then died.
                    let claims = Claims(
                        claimant: Claimant(replica: "r1", run: .fixed(1)),
                        policy: DeliveryPolicy(quietHours: rig.policy.rules.quietHours), now: rig.clock.now())
                    let result = try await rig.pool.run { session in
                        try claims.take(10, endings: [:], in: &session)
                    }
                    #expect(result.claimed.map(\.lane.channel.rawValue) == [lane])
                    try await rig.sending {
                        try await eventually("it has lapsed") {
                            try await rig.count("select count(*) from delivery where state = 'sending'") == 0
                        }
                        rig.step(to: rig.clock.now() + .minutes(10))
                        try await eventually("all is settled") {
                            try await rig.count("select count(*) from delivery") == 0
                        }
                    }
                    #expect(try await rig.notices().last == "(gao,opened,\(lane),\(end))")
                }
            }
            #expect(receiver.received.map(\.path) == ["/hook-371082007013001"])
        }
    }

    @Test(.needsPostgres)
    func `what nobody needs to know any more is dropped, not sent`() async throws {
        try await Receiver.lend { _ in
            .text(.ok, Self.ok)
        } _: { receiver in
            try await Rig.use(channels: Self.channels(receiver.base)) { rig in
                try await rig.take([CaseLife().occasion])
                rig.step(to: SmallCity.noon + .hours(72))
                try await rig.sending {
                    try await eventually("all is settled") { try await rig.count("select count(*) from delivery") == 0 }
                }
                #expect(try await rig.notices() == ["(gao,opened,inbox,delivered)", "(gao,opened,wecom,dropped)"])
                #expect(receiver.received.isEmpty)
            }
        }
    }

    @Test(.needsPostgres)
    func `a stop waits for what is under way, and writes it down`() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        try await Receiver.lend { _ in
            arrival.yield()
            for await _ in released { break }
            return .text(.ok, Self.ok)
        } _: { receiver in
            try await Rig.use(channels: Self.channels(receiver.base)) { rig in
                let sender = try rig.sender()
                let sending = Task { await sender.run(until: rig.bell) }
                try await rig.take([CaseLife().occasion])
                for await _ in arrived { break }
                sending.cancel()
                release.yield()
                await sending.value
                #expect(try await rig.notices().last == "(gao,opened,wecom,delivered)")
            }
        }
    }
}

extension CaseLife {
    /// One of many cases.
    static func numbered(
        _ number: Int, severity: Severity = .normal, owner: PersonID = person("gao")
    ) -> CaseLife {
        var life = CaseLife(severity: severity, owner: Owner(unit: SmallCity.grid, person: owner))
        guard case .opened(var event) = life.occasion.news else { return life }
        var envelope = life.occasion.envelope
        envelope.id = "n\(number)"
        event.case = EventID.derived(from: "n\(number)", at: SmallCity.noon, type: "muster.case", subject: "")
        event.number = number
        life = CaseLife(event, envelope)
        return life
    }
}

extension HTTPServer.Request {
    fileprivate var path: String { "/" + target.segments.joined(separator: "/") }
}
