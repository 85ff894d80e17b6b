import Arguments
import Contracts
import ServiceKit

/// `muster directory`: lists the city's units, people, departments and gateways with intake, which publishes them.
enum DirectoryCommand {
    static let command = Command(
        "directory", about: "check, load and show the city's directory",
        subcommands: [check, load, show, loads, undo])

    static let intake = Option(
        "intake", value: "URL", about: "intake's address", parser: .text(example: "http://127.0.0.1:8081"),
        environment: "MUSTER_INTAKE_URL")
    static let token = Option(
        "token", value: "TOKEN", about: "an operator's token", parser: .text(example: "eyJ…"),
        environment: "MUSTER_TOKEN")
    static let json = Option.flag("json", about: "print JSON")
    static let folder = Argument(
        "DIR", about: "a folder with units.csv, people.csv, postings.csv, departments.csv and gateways.csv",
        parser: .text(example: "docs/example-directory"))

    static let check = Command(
        "check", about: "say all that is wrong with a folder of CSV files, and load nothing",
        discussion: """
            Each line is read by itself, and then against the others: units need the unit above them, postings a person, and a
            unit or department, that are listed in the folder. It ends non-zero when anything is wrong.
            """, arguments: [folder], options: [json]
    ) { values in
        let found = try DirectoryCheck(values[folder]).run()
        if values[json] {
            say(String(decoding: try EventJSON.encode(found), as: UTF8.self))
        } else {
            for fault in found.faults { say(fault.text) }
            say(found.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        }
        guard found.faults.isEmpty else {
            throw CommandError("\(found.faults.count) lines are wrong", remedy: "mend them and check again")
        }
    }

    static let load = Command(
        "load", about: "list everything in a folder of CSV files that differs from what is listed",
        discussion:
            "Loading twice changes nothing. The load gets a name, by which 'muster directory undo' takes it back.",
        arguments: [folder], options: [intake, token, json]
    ) { values in
        let found = try DirectoryCheck(values[folder]).run()
        guard found.faults.isEmpty else {
            for fault in found.faults { report(fault.text) }
            throw CommandError(
                "\(found.faults.count) lines are wrong, and nothing was loaded", remedy: "mend them and load again")
        }
        let client = try DirectoryClient(url: values[intake], token: values[token])
        let outcome = try await client.list(try DirectoryFiles(values[folder]).entries(), as: newName("load"))
        await client.close()
        try tell(outcome, asJSON: values[json])
    }

    static let kind = Argument(
        "KIND", about: "unit, person, department or gateway", parser: .choice(DirectoryKind.self))
    static let key = Argument.optional(
        "KEY", about: "its code or id; all of the kind without it", parser: .text(example: "371082007025"))

    static let show = Command(
        "show", about: "what is listed now", arguments: [kind, key], options: [intake, token, json]
    ) { values in
        let client = try DirectoryClient(url: values[intake], token: values[token])
        let all = try await client.entries(of: values[kind].rawValue)
        await client.close()
        let entries = all.sorted { $0.key < $1.key }.filter { values[key] == nil || $0.key == values[key] }
        guard !entries.isEmpty || values[key] == nil else {
            throw CommandError(
                "no \(values[kind].rawValue) '\(values[key] ?? "")' is listed",
                remedy: "see muster directory show \(values[kind].rawValue)")
        }
        if values[json] {
            say(String(decoding: try EventJSON.encode(entries.map(\.value)), as: UTF8.self))
        } else {
            for (key, entry) in entries { say("\(key)\t\(summary(of: entry))") }
            report("\(entries.count) listed")
        }
    }

    static let loads = Command(
        "loads", about: "the last hundred loads, the newest first", options: [intake, token, json]
    ) { values in
        let client = try DirectoryClient(url: values[intake], token: values[token])
        let loads = try await client.loads()
        await client.close()
        if values[json] {
            say(String(decoding: try EventJSON.encode(loads), as: UTF8.self))
        } else {
            for load in loads { say("\(load.load)\t\(load.at)\t\(load.entries) entries") }
        }
    }

    static let loadName = Argument(
        "LOAD", about: "the load's name, as 'load' and 'loads' show it", parser: .text(example: "load-01a20d14"))

    static let undo = Command(
        "undo", about: "list again what a load has changed, as it was before",
        discussion: """
            Nothing is ever deleted: a unit that the load listed for the first time is retired, a person's postings end, a
            department loses its pairings and a gateway its types. The undoing is a load itself, and can be undone.
            """,
        arguments: [loadName], options: [intake, token, json]
    ) { values in
        let client = try DirectoryClient(url: values[intake], token: values[token])
        let now = MachineClock.now()
        var items: [DirectoryItem] = []
        for change in try await client.changes(of: values[loadName]) {
            if let before = change.before {
                items.append(DirectoryItem(change.kind, key: change.key, content: before))
            } else if let present = try await client.entries(of: change.kind)[change.key] {
                items.append(
                    DirectoryItem(change.kind, key: change.key, content: ended(present, of: change.kind, at: now)))
            }
        }
        let outcome = try await client.list(items, as: newName("undo"))
        await client.close()
        try tell(outcome, asJSON: values[json])
    }

    private static func newName(_ what: String) -> String { "\(what)-\(EventID.v7(at: MachineClock.now()))" }

    private static func tell(_ outcome: DirectoryClient.Outcome, asJSON: Bool) throws {
        if asJSON {
            say(String(decoding: try EventJSON.encode(outcome), as: UTF8.self))
        } else {
            say("\(outcome.listed) listed, \(outcome.unchanged) known already, \(outcome.refused) refused")
            if outcome.listed > 0 { say("take it back with: muster directory undo \(outcome.load)") }
        }
        guard outcome.refused == 0 else {
            throw CommandError("some entries were refused", remedy: "mend them and load again")
        }
    }

    /// An entry that is no more.
    private static func ended(_ entry: JSONValue, of kind: String, at now: Instant) -> JSONValue {
        guard case .object(var members) = entry else { return entry }
        switch kind {
        case "unit": members["retired"] = .string(now.description)
        case "department": members["communities"] = .array([])
        case "gateway": members["types"] = .array([])
        default:
            guard case .array(let postings)? = members["postings"] else { return entry }
            members["postings"] = .array(
                postings.map { posting in
                    guard case .object(var posted) = posting, posted["to"] == nil else { return posting }
                    posted["to"] = .string(now.description)
                    return .object(posted)
                })
        }
        return .object(members)
    }

    private static func summary(of entry: JSONValue) -> String {
        guard case .object(let members) = entry else { return "" }
        var words: [String] = []
        if case .string(let name)? = members["name"] { words.append(name) }
        if case .string(let time)? = members["retired"] { words.append("retired \(time)") }
        for list in ["communities", "types"] {
            if case .array(let items)? = members[list] { words.append("\(items.count) \(list)") }
        }
        if case .array(let postings)? = members["postings"] {
            for case .object(let posting) in postings {
                let parts = ["role", "unit", "department", "from", "to"].compactMap { name -> String? in
                    if case .string(let text)? = posting[name] { text } else { nil }
                }
                words.append(parts.joined(separator: " "))
            }
        }
        return words.joined(separator: "\t")
    }
}

/// The kinds of entries.
enum DirectoryKind: String, CaseIterable, Sendable { case unit, person, department, gateway }
