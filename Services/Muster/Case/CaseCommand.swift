import Arguments
import Contracts
import FoundationEssentials
import HTTPClient
import HTTPMessages

/// `muster case show`: everything that happened in a matter, across the services, from their APIs.
enum CaseCommand {
    static let id = Argument(
        "ID", about: "the id of a case", parser: .text(example: "01a20d21-39b8-85a4-8b6c-55037f20019d"))
    static let token = Option(
        "token", value: "TOKEN", about: "a token of city staff", parser: .text(example: "eyJ…"),
        environment: "MUSTER_TOKEN")
    static let json = Option.flag("json", about: "print JSON")

    static let command = Command("case", about: "look at a case", subcommands: [show])

    static let show = Command(
        "show", about: "its whole history with causes, from all services", arguments: [id],
        options: [DayCommand.stack, token, json]
    ) { values in
        let stack = try Stack.read(values[DayCommand.stack])
        let reader = try MatterReader(stack, token: values[token])
        let steps = try await reader.steps(of: values[id])
        await reader.close()
        if values[json] {
            say(String(decoding: try EventJSON.encode(steps), as: UTF8.self))
        } else {
            for step in steps { say(step.text) }
        }
    }
}

/// Asks each service what it did in one matter.
private struct MatterReader {
    struct Step: Codable {
        let type: String
        let actor: String?
        let occurredAt: Instant
        let recordedAt: Instant
        let causation: String?
        let event: String
        let correlation: String
        var service: String?

        var text: String {
            "\(occurredAt)  \(service ?? "?")  \(type)  by \(actor ?? "the clock or a service")"
                + (causation.map { "  because of \($0)" } ?? "")
        }
    }

    private let stack: Stack
    private let token: String
    private let client: Client

    init(_ stack: Stack, token: String) throws {
        self.stack = stack
        self.token = token
        client = try Client(Client.Settings())
    }

    func close() async { await client.close() }

    /// In the order in which they happened. A case that others were joined to is of several matters.
    func steps(of id: String) async throws -> [Step] {
        let own: [Step] = try await get("\(try stack.url(.dispatch))/v1/cases/\(id)/history", "dispatch")
        var steps = own
        for correlation in Set(own.map(\.correlation)).sorted() {
            for service in [ServiceName.intake, .credit, .notify] where stack.services[service.rawValue] != nil {
                let url = "\(try stack.url(service))/v1/history?correlation=\(escaped(correlation))"
                steps += try await get(url, service.rawValue)
            }
        }
        return steps.sorted { ($0.occurredAt, $0.recordedAt, $0.event) < ($1.occurredAt, $1.recordedAt, $1.event) }
    }

    private func get(_ url: String, _ service: String) async throws -> [Step] {
        var request = Client.Request(.get, url)
        request.headers["Authorization"] = "Bearer \(token)"
        let answer = try await client.send(request)
        guard answer.status == .ok else {
            throw CommandError(
                "\(service) answers \(answer.status): \(String(decoding: answer.body, as: UTF8.self))",
                remedy: "check the id, and that the token is of somebody posted to the whole city")
        }
        return try EventJSON.decode([Step].self, from: answer.body).map { step in
            var step = step
            step.service = service
            return step
        }
    }
}

/// As a value in a query: an id is ASCII, of which only `:` may mean something there.
private func escaped(_ id: String) -> String { id.replacing(":", with: "%3A") }
