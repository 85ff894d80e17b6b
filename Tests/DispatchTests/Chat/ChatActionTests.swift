import Contracts
import TestSupport
import Testing

@testable import ServiceKit
@testable import muster_dispatch

/// What becomes of messages, from the text to the case.
@Suite(.timeLimit(.minutes(2))) struct `a message in a chat group` {
    func say(
        _ rig: DispatchRig, _ text: String, _ who: City.Who, in community: UnitCode = City.community,
        answering id: EventID? = nil, from source: String = "test"
    ) async throws -> Receipt {
        let count = try await rig.count("select count(*) from input")
        let refused = try await rig.count("select count(*) from refusal")
        let envelope = EventEnvelope(
            id: "chat-\(count)-\(refused)", source: source, type: ChatReceived.type, time: rig.clock.now(),
            actor: who.id)
        let message = ChatReceived(community: community, text: text, case: id)
        return try await rig.take([(envelope, .chat(message))])[0]
    }

    @Test(.needsPostgres)
    func `does what it says to the case of that number in the group's community`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾", id: "c1")
            let other = try await rig.complain("垃圾", id: "c2", at: City.neighbourCommunity)
            #expect(try await rig.rows("select number from matter") == ["(1)", "(1)"])
            let receipt = try await say(rig, "接 1", .chief)
            #expect(receipt.verdict == .taken && receipt.result == id)
            #expect(try await rig.count("select count(*) from matter where status = 'accepted'") == 1)
            // The number is the community's: it means another case next door, and is not hers to take.
            let next = try await say(rig, "接 1", .chief, in: City.neighbourCommunity)
            #expect(next.verdict == .refused && next.reason?.code == "outside-reach")
            #expect(try await say(rig, "办结 1 已清运", .chief).result == id)
            #expect(try await say(rig, "评分 1 5", .secretary).result == id)
            #expect(try await say(rig, "结案 1", .secretary).verdict == .taken)
            #expect(try await say(rig, "接1", .chief).reason?.code == "wrong-state")
            #expect(try await say(rig, "接 99", .chief).reason?.code == "unknown-case")
            #expect(try await say(rig, "接 2020-1", .chief).reason?.code == "unknown-case")
            #expect(try await say(rig, "吃了吗", .chief).reason?.code == "malformed")
            #expect(
                try await rig.count("select count(*) from matter where status = 'assigned' and id = '\(other)'") == 1)
        }
    }

    @Test(.needsPostgres)
    func `needs no number where only one case can be meant, and is refused where two can`() async throws {
        try await DispatchRig.use { rig in
            #expect(try await say(rig, "接", .chief).reason?.code == "unknown-case")
            let first = try await rig.complain("垃圾", id: "c1")
            #expect(try await say(rig, "收到", .chief).result == first)
            let second = try await rig.complain("垃圾", id: "c2")
            let third = try await rig.complain("垃圾", id: "c3")
            let unclear = try await say(rig, "接", .chief)
            #expect(unclear.verdict == .refused && unclear.reason?.detail.contains("one of 2, 3") == true)
            let stranger = try await say(rig, "接", .chief, from: "stranger")
            #expect(stranger.reason?.code == "unknown-gateway" && stranger.reason?.detail.contains("2") == false)
            #expect(try await say(rig, "接", .chief, answering: third).result == third)
            #expect(try await say(rig, "接", .chief).result == second)
            // What is left when a matter is called settled waits for its community
            #expect(try await say(rig, "结案", .secretary).reason?.code == "unknown-case")
            #expect(try await say(rig, "办结 1 已清运", .chief).result == first)
            #expect(try await say(rig, "核实 回访 已解决", .secretary).result == first)
            #expect(try await say(rig, "结案", .secretary).result == first)
            // Nothing waits for being blown
            #expect(try await say(rig, "吹哨 应急 D001", .secretary).reason?.code == "malformed")
        }
    }

    @Test(.needsPostgres)
    func `needs no number for what one case has to have decided, marked or said`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1", at: City.community)
            // A second case of the community, which nothing of it is meant for
            _ = try await rig.complain("垃圾", id: "c2")
            for (text, who) in [
                ("接 1", .secretary), ("申请延期 1 到 12-05 配件未到", .secretary), ("同意延期", .townClerk),
                ("吹哨 1 攻坚 D001 D002", .secretary), ("同意吹哨", .townClerk), ("拒绝 不归我们管", .waterWorker),
                ("必须来 D001", .townClerk), ("到了", .waterWorker), ("收哨 1", .secretary),
                ("评哨 D001 准时 对口 已解决 不满意", .secretary), ("反评 需要 不归我们", .waterWorker),
            ] as [(String, City.Who)] {
                let receipt = try await say(rig, text, who)
                #expect(receipt.verdict == .taken && receipt.result == id, "\(text): \(receipt)")
            }
        }
    }

    @Test(.needsPostgres)
    func `checks a department in and says that it is done`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1")
            #expect(try await say(rig, "吹哨 1 应急 D001 D002", .secretary).result == id)
            #expect(try await say(rig, "到了", .waterWorker).result == id)
            #expect(try await say(rig, "到了", .waterWorker).reason?.code == "wrong-state")
            #expect(try await say(rig, "done 换好了", .waterWorker).result == id)
            // The community enters it for a department that has no chat.
            #expect(try await say(rig, "到了 1 D002", .secretary).result == id)
            #expect(try await say(rig, "到了 1", .secretary).verdict == .refused)
            #expect(try await say(rig, "到了 1", .resident).verdict == .refused)
            #expect(try await say(rig, "收哨 1", .secretary).result == id)
        }
    }

    @Test(.needsPostgres)
    func `comes once, over HTTP too, and only from a person who is known`() async throws {
        try await DispatchRig.use { rig in
            try await rig.complain("垃圾", id: "c1")
            let body = #"{"id":"m1","time":"2026-11-24T01:00:00Z","community":"371082007013","text":"接 1"}"#
            for status in [201, 200] {
                #expect(try await rig.ask("/v1/chat", as: .chief, .post, body).status == status)
            }
            let wrong = body.replacing("371082007013", with: "371082007").replacing("m1", with: "m2")
            #expect(try await rig.ask("/v1/chat", as: .chief, .post, wrong).status == 422)
            let envelope = EventEnvelope(id: "m3", source: "test", type: ChatReceived.type, time: rig.clock.now())
            let receipt = try await rig.take([
                (envelope, .chat(ChatReceived(community: City.community, text: "接 1")))
            ])
            #expect(receipt[0].reason?.code == "unknown-person")
        }
    }

    @Test(.needsPostgres)
    func `pauses a case, puts it off, verifies it, opens it again and joins it to another`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("垃圾", id: "c1")
            try await rig.complain("垃圾", id: "c2")
            func take(_ text: String, _ who: City.Who) async throws {
                let receipt = try await say(rig, text, who)
                #expect(receipt.verdict == .taken && receipt.result == id, "\(text): \(receipt)")
            }
            func state() async throws -> CaseState {
                try #require(try await rig.pool.run { session in try CaseRows.load([id], in: &session) }.first)
            }
            try await take("接 1", .chief)
            #expect(try await say(rig, "暂停 1 天气 到 2月30日", .chief).reason?.code == "malformed")
            // She has accepted one case, so that it alone can be meant.
            try await take("暂停 等配件 到 明天", .chief)
            #expect(try await state().pause?.until == instant("2026-11-25T17:30:00+08:00"))
            #expect(try await state().pause?.reason == "waiting-for-parts")
            try await take("恢复 1", .chief)
            try await take("申请延期 1 到 11-27 配件未到", .chief)
            #expect(try await say(rig, "同意延期 1", .chief).reason?.code == "not-allowed")
            try await take("同意延期 1", .secretary)
            #expect(try await state().resolveBy == instant("2026-11-27T17:30:00+08:00"))
            try await take("办结 1", .chief)
            try await take("退回 1 没有清干净", .secretary)
            try await take("办结 1", .chief)
            try await take("核实 1 回访 未解决 还有", .secretary)
            try await take("更正 1 紧急 有人受伤", .secretary)
            #expect(try await state().severity == .urgent)
            try await take("接 1", .chief)
            try await take("办结 1", .chief)
            try await take("重开 1 社区 又脏了", .secretary)
            #expect(try await state().reopenings == 2)
            #expect(try await say(rig, "并入 1 到 99", .secretary).reason?.code == "unknown-case")
            // Alone where the message answers the case.
            #expect(try await say(rig, "并入 2", .secretary, answering: id).result == id)
            #expect(try await state().joinedTo != nil)
        }
    }

    @Test(.needsPostgres)
    func `leads a whistle from its approval to its judgement`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1")
            for (text, who) in [
                ("吹哨 1 攻坚 D001", .secretary), ("不同意吹哨 1 社区能办", .townClerk), ("吹哨 1 攻坚 D001 D002", .secretary),
                ("同意吹哨 1", .townClerk), ("改哨 1 D001 D003 牵头 D003", .secretary), ("拒绝 1 不归我们管", .waterWorker),
                ("必须来 1 D001", .townClerk), ("到了 1", .waterWorker), ("参与 1 派车两辆", .waterWorker), ("收哨 1", .secretary),
                ("评哨 1 D001 准时 对口 已解决 不满意", .secretary), ("反评 1 需要 不归我们", .waterWorker),
            ] as [(String, City.Who)] {
                let receipt = try await say(rig, text, who)
                #expect(receipt.verdict == .taken && receipt.result == id, "\(text): \(receipt)")
            }
            #expect(
                try await rig.rows(
                    "select is_lead, on_time, right_people, solved, satisfied, needed, ours from attendance where department = 'D001'"
                ) == ["(f,t,t,t,f,t,f)"])
            #expect(try await rig.rows("select department from attendance where is_lead") == ["(D003)"])
        }
    }

    /// She answers for the water company and for the power company.
    private func speaksForTwo(_ rig: DispatchRig) async throws {
        let postings = [City.water, City.power].map {
            Posting(role: .departmentHead, department: $0, from: City.founding)
        }
        let listed = PersonListed(
            person: City.Who.waterHead.id, name: "head", language: .chinese, postings: postings)
        let requests = DirectoryRows.requests(for: [.person(listed, at: City.founding + .seconds(1))])
        try await rig.pool.run { session in try session.pipeline(requests) { _, _ in } }
    }

    @Test(.needsPostgres)
    func `is of the department that can mean it, where the sender speaks for several`() async throws {
        try await DispatchRig.use { rig in
            try await speaksForTwo(rig)
            let id = try await rig.complain("水管爆了", id: "c1")
            func take(_ text: String, _ who: City.Who = .waterHead) async throws {
                let receipt = try await say(rig, text, who)
                #expect(receipt.verdict == .taken && receipt.result == id, "\(text): \(receipt)")
            }
            func refuse(_ text: String, _ code: String, _ words: String) async throws {
                let reason = try await say(rig, text, .waterHead).reason
                #expect(
                    reason?.code == code && reason?.detail.contains(words) == true,
                    "\(text): \(String(describing: reason))")
            }
            // Only one of hers was called: it is meant, with the number and without.
            try await take("吹哨 1 应急 D002 D003", .secretary)
            try await take("签收 1")
            try await take("到了")
            try await take("改哨 1 D001 D002 D003", .secretary)
            // Now one can come, and the other has.
            try await take("到了 1")
            try await refuse("到了 1", "wrong-state", "D002")
            // Both can be done: nothing is guessed.
            try await refuse("完成 1", "malformed", "write which one, D002, D001")
            try await refuse("完成", "malformed", "write which one, D002, D001")
            try await take("完成 1 D001")
            try await take("完成")
            try await take("收哨 1", .secretary)
            // What each says of the whistle is its own.
            try await refuse("反评 1 需要 不归我们", "malformed", "write which one, D002, D001")
            try await take("反评 1 D002 需要 不归我们")
            try await take("反评 1 不需要 归我们")
            try await refuse("反评 1 需要 归我们", "wrong-state", "said so before")
            #expect(
                try await rig.rows("select department, needed, ours from attendance order by department") == [
                    "(D001,f,t)", "(D002,t,f)", "(D003,,)",
                ])
        }
    }

    @Test(.needsPostgres)
    func `calls whom the matter calls where a whistle names no department`() async throws {
        try await DispatchRig.use { rig in
            let id = try await rig.complain("水管爆了", id: "c1", category: "utility.water.burst")
            #expect(try await say(rig, "吹哨 1 应急", .secretary).result == id)
            #expect(try await rig.rows("select department from attendance") == ["(D001)"])
        }
    }
}
