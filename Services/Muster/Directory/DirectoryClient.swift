import Arguments
import Contracts
import FoundationEssentials
import HTTPClient
import HTTPMessages
import ServiceKit

/// Intake's directory as an operator works with it.
struct DirectoryClient: Sendable {
    static let kinds = ["unit", "department", "person", "gateway"]

    private let client: Client
    private let url: String
    private let token: String

    init(url: String, token: String) throws {
        client = try Client(Client.Settings())
        self.url = url
        self.token = token
    }

    func close() async { await client.close() }

    private struct Page: Decodable {
        let entries: [JSONValue]
        let next: String?
    }

    /// What is listed now, by key.
    func entries(of kind: String, after: String = "") async throws -> [String: JSONValue] {
        var all: [String: JSONValue] = [:]
        var next: String? = after
        while let after = next {
            let page = try await get("/v1/directory/\(kind)?after=\(after)", Page.self)
            for entry in page.entries {
                if case .object(let members)? = Self.content(entry, of: kind),
                    case .string(let key)? = members[kind == "gateway" ? "source" : kind]
                {
                    all[key] = .object(members)
                }
            }
            next = page.next
        }
        return all
    }

    /// The entry without the name of its kind around it.
    private static func content(_ entry: JSONValue, of kind: String) -> JSONValue? {
        if case .object(let members) = entry { members[kind] } else { nil }
    }

    struct Load: Codable, Sendable {
        let load: String
        let entries: Int
        let at: Instant
    }

    func loads() async throws -> [Load] { try await get("/v1/directory-loads", [Load].self) }

    struct Change: Decodable, Sendable {
        let kind: String
        let key: String
        /// As it was; missing where it was not there.
        var before: JSONValue?
    }

    /// What a load has changed, as it was before it.
    func changes(of load: String) async throws -> [Change] {
        try await get("/v1/directory-loads/\(load)", [Change].self).map { change in
            var change = change
            change.before = change.before.flatMap { Self.content($0, of: change.kind) }
            return change
        }
    }

    struct Outcome: Encodable, Sendable {
        var load: String
        var listed = 0
        /// Is there already as it should be.
        var unchanged = 0
        var refused = 0
    }

    /// Lists items under one load, those that differ from what is there; what is refused is said.
    func list(_ items: [DirectoryItem], as load: String) async throws -> Outcome {
        var outcome = Outcome(load: load)
        var changed: [DirectoryItem] = []
        for kind in Self.kinds {
            let wanted = items.filter { $0.kind == kind }
            if wanted.isEmpty { continue }
            let known = try await entries(of: kind)
            changed += wanted.filter { known[$0.key] != $0.content }
        }
        outcome.unchanged = items.count - changed.count
        let now = MachineClock.now()
        for start in stride(from: 0, to: changed.count, by: 500) {
            let part = try changed[start..<min(start + 500, changed.count)].map { try $0.json(load: load, at: now) }
            for receipt in try await send(part) {
                if let reason = receipt.reason {
                    outcome.refused += 1
                    report("\(receipt.id): \(reason.code): \(reason.detail)")
                } else {
                    outcome.listed += 1
                }
            }
        }
        return outcome
    }

    private func send(_ part: [JSONValue]) async throws -> [Receipt] {
        var request = Client.Request(.post, url + "/v1/directory", body: try EventJSON.encode(part))
        request.headers["Content-Type"] = "application/json"
        return try await answer(&request, [Receipt].self)
    }

    private func get<Value: Decodable>(_ path: String, _: Value.Type) async throws -> Value {
        var request = Client.Request(.get, url + path)
        return try await answer(&request, Value.self)
    }

    private func answer<Value: Decodable>(_ request: inout Client.Request, _: Value.Type) async throws -> Value {
        request.headers["Authorization"] = "Bearer \(token)"
        let answer: Client.Response
        do { answer = try await client.send(request) } catch {
            throw CommandError(
                "intake does not answer: \(error)", remedy: "check --intake or MUSTER_INTAKE_URL", code: .unavailable)
        }
        guard answer.status == .ok else {
            throw CommandError(
                "intake answers \(answer.status): \(String(decoding: answer.body, as: UTF8.self))",
                remedy: "check --intake and --token, which must be an operator's")
        }
        return try EventJSON.decode(Value.self, from: answer.body)
    }
}
