import Arguments
import Contracts
import FoundationEssentials
import HTTPClient
import HTTPMessages

/// `muster directory`: lists the city's units, people, departments and gateways with intake, which publishes them.
enum DirectoryCommand {
    static let command = Command("directory", about: "load the city's directory", subcommands: [load])

    static let intake = Option(
        "intake", value: "URL", about: "intake's address", parser: .text(example: "http://127.0.0.1:8081"),
        environment: "MUSTER_INTAKE_URL")
    static let token = Option(
        "token", value: "TOKEN", about: "an operator's token", parser: .text(example: "eyJ…"),
        environment: "MUSTER_TOKEN")
    static let folder = Argument(
        "DIR", about: "a folder with units.csv, people.csv, departments.csv and gateways.csv",
        parser: .text(example: "docs/example-directory"))

    static let load = Command(
        "load", about: "list everything in a folder of CSV files", arguments: [folder], options: [intake, token]
    ) { values in
        let entries = try DirectoryFiles(values[folder]).entries()
        let client = try Client(Client.Settings())
        var verdicts: [Receipt.Verdict: Int] = [:]
        for start in stride(from: 0, to: entries.count, by: 500) {
            let part = Array(entries[start..<min(start + 500, entries.count)])
            for receipt in try await send(part, client, values) {
                verdicts[receipt.verdict, default: 0] += 1
                if let reason = receipt.reason { report("\(receipt.id): \(reason.code): \(reason.detail)") }
            }
        }
        await client.close()
        say(
            "\(verdicts[.taken] ?? 0) listed, \(verdicts[.known] ?? 0) known already, \(verdicts[.refused] ?? 0) refused"
        )
        if verdicts[.refused] != nil {
            throw CommandError(
                "some entries were refused", remedy: "mend them and load again")
        }
    }

    private static func send(_ part: [JSONValue], _ client: Client, _ values: Values) async throws -> [Receipt] {
        var request = Client.Request(.post, values[intake] + "/v1/directory", body: try EventJSON.encode(part))
        request.headers["Content-Type"] = "application/json"
        request.headers["Authorization"] = "Bearer \(values[token])"
        let answer = try await client.send(request)
        guard answer.status == .ok else {
            throw CommandError(
                "intake answers \(answer.status): \(String(decoding: answer.body, as: UTF8.self))",
                remedy: "check --intake and --token")
        }
        return try EventJSON.decode([Receipt].self, from: answer.body)
    }
}
