import Contracts
import Foundation
import TestSupport
import Testing

/// From a finding over HTTP to people's phones, through real executables.
@Suite(.timeLimit(.minutes(10)))
struct NoticeTests {
    /// Lends a deployment whose notices end up in phones of ours.
    private func use(replicas: Int = 1, _ body: (Deployment, Phones) async throws -> Void) async throws {
        let phones = try Phones()
        let file = try phones.channels()
        defer { try? FileManager.default.removeItem(at: file) }
        let result: Result<Void, any Error>
        do {
            try await Deployment.use(replicas: replicas, environment: ["MUSTER_NOTIFY_CHANNELS": file.path]) { city in
                try await body(city, phones)
            }
            result = .success(())
        } catch { result = .failure(error) }
        await phones.stop()
        try result.get()
    }

    private func item(_ id: String, at time: Instant) -> Item<FindingReported> {
        // Urgent, so that the test may run by night.
        var finding = City.finding()
        finding.severity = .urgent
        return Item(id: id, time: time, actor: City.chief, payload: finding)
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a finding becomes a case, a whistle, and one notice for each who must know`() async throws {
        try await use { city, phones in
            // Given a finding, whose case waits for the grid's chief
            let gateway = try city.token("--gateway", "app")
            #expect(
                try await city.post("intake", "/v1/findings", token: gateway, item("f-1", at: City.now())).status
                    == .created)
            try await eventually("the chief's group is told", becomes: 1, within: .seconds(60)) {
                phones.received.robots.count
            }
            // When the community blows the whistle
            let id = try await city.connection.run { session in
                try session.query(.init(once: "select id::text from dispatch.matter")).rows(as: String.self)[0]
            }
            let action = CaseAction(
                case: EventID(id)!, action: .blowWhistle,
                departments: [DepartmentCode("D001")!, DepartmentCode("D002")!],
                whistle: .emergency)
            let blown = try await city.post(
                "dispatch", "/v1/actions", token: try city.token("--role", "community"),
                Item(id: "a-1", time: City.now(), payload: action))
            #expect(blown.status == .created, "\(String(decoding: blown.body, as: UTF8.self))")
            // Then both departments hear of it, each of their people once
            try await eventually("the departments are told", becomes: 3, within: .seconds(60)) {
                phones.received.webhooks.count
            }
            #expect(Set(phones.received.webhooks).count == 3)
            // And the chief reads both in her inbox
            let inbox = try await city.get("notify", "/v1/inbox", token: try city.token("--role", "grid"))
            #expect(inbox.status == .ok)
            let text = String(decoding: inbox.body, as: UTF8.self)
            #expect(text.contains("新事项待受理：暴露垃圾") && text.contains("已吹哨：应急哨"))
            try await expectAllSettled(city)
        }
    }

    @Test(.needsPostgres, .needsRealKafka, arguments: [1 as UInt64])
    func `everybody is told of everything, and what is said twice can be told apart, when notify is killed`(
        seed: UInt64
    ) async throws {
        try await use(replicas: 2) { city, phones in
            var random = SeededGenerator(seed: seed)
            let gateway = try city.token("--gateway", "app")
            let (rounds, each) = (6, 3)
            for round in 0..<rounds {
                let items = (0..<each).map { item("f-\(round)-\($0)", at: City.now()) }
                #expect(try await city.post("intake", "/v1/findings", token: gateway, items).status == .ok)
                // Somewhere between the first of the round and the last.
                let share = Int(random.next() % UInt64(each))
                try await eventually("some are told", within: .seconds(60)) {
                    Set(phones.received.robots).count >= round * each + share
                }
                let victim = city.programs.filter { $0.name == "notify" }[Int(random.next() % 2)]
                victim.kill()
                try victim.start()
            }
            try await eventually("all are told", becomes: rounds * each, within: .seconds(120)) {
                Set(phones.received.robots).count
            }
            try await eventually("none is underway", becomes: 0, within: .seconds(120)) {
                try await city.count("select count(*) from notify.delivery")
            }
            try await expectAllSettled(city)
            #expect(
                try await city.count("select count(*) from notify.notice where channel = 'wecom'") == rounds * each)
            // What was said twice bears the same id: nobody takes it for two.
            let known = try await city.connection.run { session in
                try session.query(.init(once: "select id::text from notify.notice where channel = 'wecom'"))
                    .rows(as: String.self)
            }
            #expect(Set(phones.received.robots) == Set(known))
        }
    }

    private func expectAllSettled(_ city: Deployment) async throws {
        try await eventually("the outbox is empty", becomes: 0, within: .seconds(30)) {
            try await city.count("select count(*) from notify.outbox")
        }
        let notices = try await city.count("select count(*) from notify.notice")
        #expect(try await city.count("select count(*) from notify.notice where state <> 'delivered'") == 0)
        #expect(
            try await city.count("select count(distinct (event, recipient, channel)) from notify.notice") == notices)
        #expect(try await city.distinctEvents(on: .deliveries) == notices)
        #expect(try await city.count("select coalesce(sum(dead), 0) from notify.stage_count") == 0)
        #expect(
            try await city.count("select count(*) from notify.input where source = 'muster/dispatch'")
                == (try await city.count("select count(*) from dispatch.history")))
    }
}
