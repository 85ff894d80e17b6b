import Arguments
import BenchmarkReport
import Contracts
import Crypto
import Foundation
import HTTPClient
import HTTPMessages
import Postgres
import Threads

/// A case's life over HTTP: created by a complaint, accepted and resolved by the chief of the grid whose turn it is, and searched
/// for by a word of its text.
enum CasesBenchmark {
    static let seconds = Option("seconds", value: "N", about: "how long", parser: .integer(2...600), default: 15)
    static let rate = Option(
        "rate", value: "N", about: "lifecycles a second, whatever the answers do; 0 takes as many as go through",
        parser: .integer(0...100_000), default: 0)
    static let callers = Option(
        "callers", value: "N", about: "of lifecycles at once, where no rate is set", parser: .integer(1...2_000),
        default: 64)
    static let token = Option(
        "token", value: "TOKEN", about: "of the hotline", parser: .text(example: "eyJ…"))
    static let chief = Option(
        "chief-token", value: "TOKEN", about: "of a gateway for the chiefs", parser: .text(example: "eyJ…"))
    static let city = Option(
        "city-token", value: "TOKEN", about: "of somebody who may search the whole city", parser: .text(example: "eyJ…")
    )

    static let command = Command(
        "cases", about: "case lifecycles over HTTP",
        options: [
            MeasuredStack.file, MeasuredStack.runs, seconds, rate, callers, token, chief, city, MeasuredStack.alone,
        ]
    ) { values in
        let stack = try MeasuredStack.read(values)
        let traffic = try await Traffic(stack)
        let others = values[MeasuredStack.alone] ? ["intake", "credit", "notify"] : []
        for service in others { try await stack.stop(service) }
        var settings = Client.Settings()
        settings.connectionsPerHost = 128
        let client = try Client(settings)
        var rates: [Double] = []
        for run in 1...values[MeasuredStack.runs] {
            let caller = Caller(
                stack: stack, traffic: traffic, client: client,
                tokens: .init(hotline: values[token], app: values[chief], city: values[city]),
                nonce: String(UInt32.random(in: 0...UInt32.max), radix: 36))
            try await caller.warmUp()
            let began = ContinuousClock.now
            let end = began + .seconds(values[seconds])
            if values[rate] > 0 {
                await openLoop(caller, values[rate], began, end)
            } else {
                await withDiscardingTaskGroup { group in
                    for number in 0..<values[callers] {
                        group.addTask {
                            var round = 0
                            while ContinuousClock.now < end {
                                await caller.live(number + round * values[callers], from: .now)
                                round += 1
                            }
                        }
                    }
                }
            }
            let result = caller.result
            let spent = (ContinuousClock.now - began) / .seconds(1)
            rates.append(Double(result.done) / spent)
            say(
                "run \(run): \(String(format: "%.0f", Double(result.done) / spent)) lifecycles/s, \(result.failed) failed; each call: \(result.calls.text); since due: \(result.lives.text)"
            )
            if let error = result.error { say("  such as: \(error)") }
            let name =
                values[rate] > 0 ? "cases.at-\(values[rate])" : values[MeasuredStack.alone] ? "cases.alone" : "cases"
            try note("\(name).lifecycles", Double(result.done) / spent)
            try note("\(name).call.p50", result.calls.at(0.5))
            try note("\(name).call.p95", result.calls.at(0.95))
        }
        say("lifecycles: \(Figure(values: rates).text("/s"))")
        await client.close()
        for service in others { try stack.start(service) }
    }

    /// Each begins when it is due, however long others take: no waiting is left out of the figures.
    private static func openLoop(
        _ caller: Caller, _ rate: Int, _ began: ContinuousClock.Instant, _ end: ContinuousClock.Instant
    ) async {
        await withDiscardingTaskGroup { group in
            var number = 0
            while true {
                let due = began + .microseconds(Int64(number) * 1_000_000 / Int64(rate))
                if due >= end { break }
                try? await Task.sleep(until: due)
                let own = number
                group.addTask { await caller.live(own, from: due) }
                number += 1
            }
        }
    }
}

/// Lives one case after the other, and keeps what it took.
final class Caller: Sendable {
    struct Outcome: Sendable {
        var done = 0
        var failed = 0
        var calls = Delays()
        var lives = Delays()
        var error: String?
    }

    struct Tokens: Sendable {
        let hotline: String
        let app: String
        let city: String
    }

    private let traffic: Traffic
    private let client: Client
    private let tokens: Tokens
    private let nonce: String
    private let outcome = Lock(Outcome())
    private let urls: [String]

    init(stack: MeasuredStack, traffic: Traffic, client: Client, tokens: Tokens, nonce: String) {
        self.traffic = traffic
        self.client = client
        self.tokens = tokens
        self.nonce = nonce
        urls = stack.replicas(of: "dispatch").map(\.url)
    }

    var result: Outcome { outcome.withLock { $0 } }

    /// A case for each replica, tried until it has read the directory; and not counted.
    func warmUp() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        for number in 0..<urls.count {
            var tried = 0
            repeat {
                outcome.withLock { $0 = Outcome() }
                // Under a key of its own each time, since a later one has another time.
                await live(-1 - number - tried * urls.count, from: .now)
                tried += 1
                guard ContinuousClock.now < deadline else { throw Unexpected(description: result.error ?? "no case") }
            } while result.done == 0
        }
        outcome.withLock { $0 = Outcome() }
    }

    private struct Answer: Decodable { let result: EventID? }
    private struct Found: Decodable { let cases: [JSONValue] }

    func live(_ number: Int, from due: ContinuousClock.Instant) async {
        let url = urls[abs(number) % urls.count]
        do {
            let now = Instant.now()
            let (grid, chief) = traffic.grid(abs(number))
            let word = "b\(nonce)x\(abs(number))\(number < 0 ? "w" : "")"
            let complaint = ComplaintReceived(
                complaint: word, channel: .phone, place: Place(unit: grid), category: "city-appearance.rubbish.exposed",
                severity: .normal, text: "楼道里堆放杂物 \(word)")
            let made = try await post(url + "/v1/complaints", tokens.hotline, complaint, word, now, actor: nil)
            guard let id = try EventJSON.decode(Answer.self, from: made).result else { return fail("no case") }
            _ = try await post(
                url + "/v1/actions", tokens.app, CaseAction(case: id, action: .accept), "a-\(word)", now, actor: chief)
            _ = try await post(
                url + "/v1/actions", tokens.app,
                CaseAction(case: id, action: .resolve, handling: .small, evidence: ["photo-1"]),
                "r-\(word)", now, actor: chief)
            let found = try await send(
                Client.Request(.get, url + "/v1/cases/search?q=\(word)&unit=\(grid.text)", timeout: .seconds(30)),
                tokens.city)
            guard try EventJSON.decode(Found.self, from: found).cases.count == 1 else { return fail("not found") }
            outcome.withLock { outcome in
                outcome.done += 1
                outcome.lives.add(.now - due)
            }
        } catch {
            fail("\(error)")
        }
    }

    private func fail(_ error: String) {
        outcome.withLock { outcome in
            outcome.failed += 1
            outcome.error = outcome.error ?? error
        }
    }

    private func post(
        _ url: String, _ token: String, _ payload: some EventPayload, _ id: String, _ time: Instant, actor: PersonID?
    ) async throws -> [UInt8] {
        guard case .object(var members) = try EventJSON.decode(JSONValue.self, from: EventJSON.encode(payload)) else {
            return []
        }
        members["id"] = .string(id)
        members["time"] = .string(time.description)
        if let actor { members["actor"] = .string(actor.text) }
        var request = Client.Request(
            .post, url, body: try EventJSON.encode(JSONValue.object(members)), timeout: .seconds(30))
        request.headers["Content-Type"] = "application/json"
        // Its ids make a second copy harmless, which lets it use a connection that is open.
        request.headers["Idempotency-Key"] = id
        return try await send(request, token)
    }

    private func send(_ request: Client.Request, _ token: String) async throws -> [UInt8] {
        var request = request
        request.headers["Authorization"] = "Bearer \(token)"
        let began = ContinuousClock.now
        let answer = try await client.send(request)
        outcome.withLock { $0.calls.add(.now - began) }
        guard answer.status == .created || answer.status == .ok else {
            throw Unexpected(description: "\(answer.status.code) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return answer.body
    }
}

struct Unexpected: Error, CustomStringConvertible { let description: String }
