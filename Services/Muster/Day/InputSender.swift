import Arguments
import Contracts
import Crypto
import FoundationEssentials
import HTTPClient
import HTTPMessages
import Kafka
import ServiceKit

/// The simulated gateways: put inputs on topics or send them over HTTP, retry what was not answered, count the answers.
final class InputSender: Sendable {
    private let stack: Stack
    private let producer: Producer
    private let client: Client
    private let signer: TokenSigner
    private let tokens = TokenCache()
    /// Of one request, in items.
    private static let batch = 200

    init(_ stack: Stack) throws {
        self.stack = stack
        producer = try Producer(stack.kafkaSettings.merging(["linger.ms": "1"]) { $1 })
        client = try Client(Client.Settings())
        signer = try TokenSigner(privateJWK: stack.privateKey)
    }

    /// Returns once every input is acknowledged or answered.
    ///
    /// - Returns: the verdicts of what went over HTTP, by id.
    func send(_ inputs: [PlannedInput]) async throws -> [String: Receipt.Verdict] {
        let byTopic = inputs.filter { $0.way == .topic }
        if !byTopic.isEmpty { try await producer.send(try byTopic.map(record)) }
        let byHTTP = inputs.filter { $0.way == .http }
        let groups = Dictionary(grouping: byHTTP) { HTTPGroup($0) }.sorted { $0.key < $1.key }
        return try await withThrowingTaskGroup { group in
            for (key, inputs) in groups {
                for start in stride(from: 0, to: inputs.count, by: Self.batch) {
                    let part = Array(inputs[start..<min(start + Self.batch, inputs.count)])
                    group.addTask { try await self.upload(part, key) }
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1) { _, last in last } }
        }
    }

    func close() async {
        await producer.close()
        await client.close()
    }

    /// Sets the city's time.
    func set(_ now: Instant) async throws {
        let envelope = EventEnvelope(
            id: EventID.v7(at: MachineClock.now()).description, source: "muster/day", type: ClockSet.type, time: now,
            recordedAt: now)
        try await producer.send([try record(envelope, ClockSet(now: now), raw: nil)])
    }

    /// Lists directory entries with intake.
    func list(_ items: [DirectoryItem]) async throws {
        // The units first, each after the one that it lies in; people, who only name units, several parts at once.
        let people = items.firstIndex { $0.isPerson } ?? items.count
        for start in stride(from: 0, to: people, by: 500) {
            try await listPart(items[start..<min(start + 500, people)])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in stride(from: people, to: items.count, by: 500) {
                if start >= people + 4 * 500 { try await group.next() }
                group.addTask { try await self.listPart(items[start..<min(start + 500, items.count)]) }
            }
            try await group.waitForAll()
        }
    }

    private func listPart(_ items: ArraySlice<DirectoryItem>) async throws {
        let answer = try await post(
            "\(try stack.url(.intake))/v1/directory", items.map(\.json), token: token(operatorNamed: "day"))
        let receipts = try EventJSON.decode([Receipt].self, from: answer)
        if let refused = receipts.first(where: { $0.verdict == .refused }) {
            throw DayFailure("the directory entry \(refused.id) was refused: \(refused.reason?.detail ?? "")")
        }
    }

    /// Tells notify how people are reached outside.
    func list(contacts: [(person: PersonID, phone: String)]) async throws {
        let items = contacts.map { contact -> JSONValue in
            .object([
                "id": .string("contact-\(contact.person)"), "time": .string(CityPlan.since.description),
                "person": .string(contact.person.text), "phone": .string(contact.phone),
            ])
        }
        _ = try await post("\(try stack.url(.notify))/v1/contacts", items, token: token(operatorNamed: "day"))
    }

    /// What dispatch answers an operator, sent again until somebody answers.
    func askDispatch(_ method: HTTPMessages.Method, _ path: String, _ body: [UInt8] = []) async throws -> [UInt8] {
        try await send(
            method, "\(try stack.url(.dispatch))\(path)", body, timeout: .seconds(120),
            token: token(operatorNamed: "day"))
    }

    // MARK: Topics

    private func record(_ input: PlannedInput) throws -> OutgoingRecord {
        guard let stray = input.strayTopic else {
            return try record(input.envelope, input.payload.value, raw: input.rawValue)
        }
        return OutgoingRecord(topic: stack.prefix + stray.name, key: Array(input.id.utf8), value: input.rawValue)
    }

    private func record(_ envelope: EventEnvelope, _ payload: any EventPayload, raw: [UInt8]?) throws -> OutgoingRecord
    {
        OutgoingRecord(
            topic: stack.prefix + type(of: payload).topic.name, key: Array(payload.key.utf8),
            value: try raw ?? EventJSON.encode(payload),
            headers: Headers(CloudEvents.headers(of: envelope)))
    }

    // MARK: HTTP

    private struct HTTPGroup: Hashable, Comparable {
        let service: ServiceName
        let path: String
        let source: String

        init(_ input: PlannedInput) {
            (service, path) = input.payload.route
            source = input.source
        }

        static func < (left: HTTPGroup, right: HTTPGroup) -> Bool {
            (left.path, left.source) < (right.path, right.source)
        }
    }

    private func upload(_ inputs: [PlannedInput], _ group: HTTPGroup) async throws -> [String: Receipt.Verdict] {
        let items = try inputs.map { input -> JSONValue in
            guard
                case .object(var members) = try EventJSON.decode(
                    JSONValue.self, from: EventJSON.encode(input.payload.value))
            else { throw DayFailure("a payload is no object") }
            members["id"] = .string(input.id)
            members["time"] = .string(input.occurredAt.description)
            if let actor = input.actor { members["actor"] = .string(actor.text) }
            return .object(members)
        }
        let answer = try await post(
            "\(try stack.url(group.service))\(group.path)", items, token: token(gateway: group.source))
        let receipts = try EventJSON.decode([Receipt].self, from: answer)
        return Dictionary(receipts.map { ($0.id, $0.verdict) }) { _, last in last }
    }

    private func post(_ url: String, _ body: some Encodable, token: String) async throws -> [UInt8] {
        try await send(.post, url, try EventJSON.encode(body), timeout: .seconds(20), token: token)
    }

    /// As a gateway does: sends again, under the same ids, until somebody answers. A replica may be dead just then.
    private func send(
        _ method: HTTPMessages.Method, _ url: String, _ body: [UInt8], timeout: Duration, token: String
    ) async throws -> [UInt8] {
        var request = Client.Request(method, url, body: body, timeout: timeout)
        if method == .post { request.headers["Content-Type"] = "application/json" }
        request.headers["Authorization"] = "Bearer \(token)"
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let answer = try? await client.send(request)
            if let answer, answer.status == .ok { return answer.body }
            let isFinal = answer.map { $0.status.code < 500 && $0.status.code != 429 } ?? false
            guard !isFinal, ContinuousClock.now < deadline else {
                guard let answer else {
                    throw CommandError(
                        "\(url) has not answered for a minute", remedy: "see that service's log: it may have ended",
                        code: .unavailable)
                }
                throw DayFailure(
                    "\(url) answers \(answer.status.code): \(String(decoding: answer.body, as: UTF8.self))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func token(gateway source: String) -> String {
        tokens.token(source) { signer.sign(claims(subject: source, strings: ["gateway": source])) }
    }

    private func token(operatorNamed name: String) -> String {
        tokens.token("operator \(name)") { signer.sign(claims(subject: name, roles: ["operator"])) }
    }

    private func claims(subject: String, roles: [String] = [], strings: [String: String] = [:]) -> Claims {
        let now = Date()
        return Claims(
            issuer: "muster-dev", subject: subject, audience: ["muster"], expiresAt: now + 86_400, issuedAt: now,
            jwtID: UUID().uuidString.lowercased(), roles: roles, strings: strings)
    }
}

/// What went wrong with the day itself.
struct DayFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
