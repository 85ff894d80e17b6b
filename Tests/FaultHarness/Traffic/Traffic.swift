import Contracts
import Foundation
import HTTPClient
import Kafka
import Threads

/// The gateways of a run: send what the plan draws until told to stop, retry what was not answered, and remember it all.
actor Traffic {
    struct Ledger: Sendable {
        /// By service: source and id of everything that was sent and can be read.
        var sent: [ServiceName: Set<String>] = [:]
        var poison = 0
        var subjects: Set<String> = []
        /// Answers that no caller should have got.
        var wrongAnswers: [String] = []
        var items = 0
        /// Of one request, until somebody answered it.
        var mostAttempts = 0
        var repeats = 0
        /// How often a replica answered that it has enough to do.
        var turnedAway = 0
    }

    private let city: FaultCity
    private var plan: TrafficPlan
    private let gateway: String
    private let hotline: String
    private(set) var ledger = Ledger()
    private var cases: [EventID] = []
    private var round = 0

    init(_ city: FaultCity, seed: UInt64) throws {
        self.city = city
        plan = TrafficPlan(seed: seed, start: city.start)
        gateway = try city.token("--gateway", "app")
        hotline = try city.token("--gateway", "hotline-12345")
    }

    /// Longer than any harm lasts.
    private static let patience = Duration.seconds(60)
    static let poison = Array("{not json".utf8)

    /// Sends what everything else rests on.
    func begin() async {
        let consents = plan.consents()
        for item in consents { ledger.sent[.credit, default: []].insert(item.source + " " + item.id) }
        await upload(consents)
    }

    /// Keeps sending bursts until the task is cancelled; what was begun is finished all the same.
    func run(burst: Int = 24) async {
        while !Task.isCancelled {
            await send(burst)
            // A steady stream and no flood: the machine belongs to the services.
            try? await Task.sleep(for: .milliseconds(40))
        }
    }

    /// Sends so many items and returns once each is acknowledged or answered.
    ///
    /// - Parameter only: the one way to send them by, once each, and no poison; as the plan draws otherwise.
    func send(_ count: Int, only: TrafficPlan.Way? = nil) async {
        round += 1
        if round % 4 == 1, let found = try? await openCases() { cases = found }
        var byTopic: [TrafficItem] = []
        var byHTTP: [TrafficItem] = []
        var poison = 0
        for _ in 0..<count {
            guard let item = plan.next(cases: cases) else { continue }
            ledger.items += 1
            ledger.sent[item.payload.route.service, default: []].insert(item.source + " " + item.id)
            if case .deed(let deed) = item.payload { ledger.subjects.insert(deed.subject.id) }
            let ways = only.map { (first: $0, second: nil) } ?? plan.ways()
            if ways.first == .topic { byTopic.append(item) } else { byHTTP.append(item) }
            if let second = ways.second {
                ledger.repeats += 1
                var copy = item
                copy.isRepeat = true
                // What is sent twice at the same time may be answered as known the first time, too.
                if ways.first == .http { byHTTP[byHTTP.count - 1].isRepeat = true }
                if second == .topic { byTopic.append(copy) } else { byHTTP.append(copy) }
            }
            if only == nil, plan.isPoison() { poison += 1 }
        }
        ledger.poison += poison
        let (topics, uploads, bad) = (byTopic, byHTTP, poison)
        await Task {
            await withTaskGroup { group in
                group.addTask { await self.publish(topics, poison: bad) }
                for (_, items) in Dictionary(grouping: uploads, by: { $0.payload.route.path + $0.source }) {
                    // One of each id in a request.
                    group.addTask { await self.upload(items.filter { !$0.isRepeat }) }
                    for item in items where item.isRepeat { group.addTask { await self.upload([item]) } }
                }
            }
        }.value
    }

    /// Sends something of a scenario's own over HTTP, and returns once it is answered.
    ///
    /// - Parameter replica: whom to ask; any of the service otherwise.
    func send(_ items: [TrafficItem], to replica: Replica? = nil) async {
        for item in items {
            ledger.items += 1
            ledger.sent[item.payload.route.service, default: []].insert(item.source + " " + item.id)
        }
        await upload(items, to: replica)
    }

    private func openCases() async throws -> [EventID] {
        try await city.texts(
            "select id::text from dispatch.matter where status <> 'closed' order by id desc limit 200"
        ).compactMap { EventID($0) }
    }

    /// Until the brokers have acknowledged them; sending again may make repeats, as any gateway does.
    private nonisolated func publish(_ items: [TrafficItem], poison: Int) async {
        var records = items.compactMap { item -> OutgoingRecord? in
            let payload = item.payload.value
            guard let value = try? EventJSON.encode(payload) else { return nil }
            return OutgoingRecord(
                topic: city.name + "." + type(of: payload).topic.name, key: Array(payload.key.utf8), value: value,
                headers: Headers(CloudEvents.headers(of: item.envelope)))
        }
        for number in 0..<poison {
            let topic = [Topic.patrol, .hotline, .deeds, .actions][number % 4].name
            records.append(OutgoingRecord(topic: city.name + "." + topic, key: [0x6b], value: Self.poison))
        }
        // Poison has no id: sent again after a lost acknowledgement it would be another. So one try at a time, each its own.
        while !records.isEmpty {
            do {
                try await city.producer.send(records)
                return
            } catch {
                if poison > 0 { await note("poison may be there twice: \(error)") }
                // The brokers are away: it is their turn.
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private(set) var remarks: [String] = []
    private func note(_ remark: String) { remarks.append(remark) }

    private nonisolated func upload(_ items: [TrafficItem], to chosen: Replica? = nil) async {
        guard let first = items.first else { return }
        let (service, path) = first.payload.route
        let token = first.source == "app" ? gateway : hotline
        guard let body = try? EventJSON.encode(items.map { try $0.json }) else { return }
        let replicas = city[service.rawValue]
        var attempt = 0
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let replica = chosen ?? replicas[(attempt + items.count) % replicas.count]
            var request = Client.Request(.post, replica.url + path, body: body, timeout: .seconds(10))
            request.headers["Content-Type"] = "application/json"
            request.headers["Authorization"] = "Bearer \(token)"
            attempt += 1
            let answer = try? await city.client.send(request)
            if let answer, answer.status == .ok {
                await check(answer.body, items, attempt)
                return
            }
            // 503 says that the database is away, or the replica stops; that anything is broken nobody may hear.
            if let answer, answer.status.code <= 500, answer.status.code != 429 {
                await blame("\(path) answers \(answer.status.code): \(String(decoding: answer.body, as: UTF8.self))")
                return
            }
            if let answer, answer.status.code == 429 {
                await noteTurnedAway()
                guard let seconds = answer.headers["Retry-After"].flatMap({ Int($0) }) else {
                    return await blame("\(path) answers 429 and does not say when to come again")
                }
                // As it was told.
                try? await Task.sleep(for: .seconds(seconds))
                continue
            }
            // The replica may be dead, or the database away.
            try? await Task.sleep(for: .milliseconds(30))
        }
        await blame("\(path) did not answer an upload within \(Self.patience), \(attempt) attempts")
    }

    private func check(_ body: [UInt8], _ items: [TrafficItem], _ attempt: Int) {
        guard let receipts = try? EventJSON.decode([Receipt].self, from: body), receipts.count == items.count else {
            return blame("an upload of \(items.count) items was answered by something else")
        }
        ledger.mostAttempts = max(ledger.mostAttempts, attempt)
        for (item, receipt) in zip(items, receipts) {
            if receipt.id != item.id { blame("\(item.id) was answered by the receipt of \(receipt.id)") }
            if receipt.verdict == .known, attempt == 1, !item.isRepeat {
                blame("\(item.id) was sent once and answered as known")
            }
        }
    }

    private func noteTurnedAway() { ledger.turnedAway += 1 }
    private func blame(_ what: String) { ledger.wrongAnswers.append(what) }
}
