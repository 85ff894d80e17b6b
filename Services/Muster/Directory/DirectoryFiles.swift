import Arguments
import Contracts
import FoundationEssentials
import ServiceKit

/// The CSV files of a directory, as the entries that intake takes; docs/directory.md has the columns.
struct DirectoryFiles {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    /// In an order in which each entry finds what it names: units, departments, people, gateways.
    func entries() throws -> [DirectoryItem] {
        let units = try rows("units.csv").map { row in
            try entry(
                "unit",
                UnitListed(unit: try code(row, "unit"), name: row["name"] ?? "", retired: try time(row, "retired")))
        }
        let departments = try rows("departments.csv").map { row in
            try entry(
                "department",
                DepartmentListed(
                    department: try code(row, "department"), name: row["name"] ?? "",
                    communities: try (row["communities"] ?? "").split(separator: " ").map { text in
                        guard let unit = UnitCode(String(text)) else {
                            throw wrong(row, "communities", "codes of 12 digits")
                        }
                        return unit
                    }))
        }
        let gateways = try rows("gateways.csv").map { row in
            try entry(
                "gateway",
                GatewayListed(
                    source: row["source"] ?? "", types: (row["types"] ?? "").split(separator: " ").map(String.init)))
        }
        return units + departments + (try people()) + gateways
    }

    private func people() throws -> [DirectoryItem] {
        var postings: [String: [Posting]] = [:]
        for row in try rows("postings.csv") {
            guard let role = row["role"].flatMap(Role.init(rawValue:)) else {
                throw wrong(row, "role", "one of " + Role.allCases.map(\.rawValue).joined(separator: ", "))
            }
            guard let from = try time(row, "from") else { throw wrong(row, "from", "a time in RFC 3339") }
            postings[row["person"] ?? "", default: []].append(
                Posting(
                    role: role, unit: try row["unit"].map { _ in try code(row, "unit") },
                    department: try row["department"].map { _ in try code(row, "department") }, from: from,
                    to: try time(row, "to")))
        }
        return try rows("people.csv").map { row in
            let person: PersonID = try code(row, "person")
            return try entry(
                "person",
                PersonListed(
                    person: person, name: row["name"] ?? "",
                    language: row["language"].flatMap(PersonListed.Language.init(rawValue:)) ?? .chinese,
                    postings: postings[person.text] ?? []))
        }
    }

    private func entry(_ member: String, _ payload: some EventPayload) throws -> DirectoryItem {
        do { try payload.validate() } catch {
            throw CommandError(
                "\(payload.key): \(error)", remedy: "mend the file and load it again")
        }
        return try DirectoryItem(member, payload)
    }

    private func rows(_ name: String) throws -> [CSV.Row] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return [] }
        do { return try CSV(String(decoding: data, as: UTF8.self)).rows } catch {
            throw CommandError(
                "\(name), \(error)", remedy: "mend the file and load it again")
        }
    }

    private func code<Code: LosslessStringConvertible>(_ row: CSV.Row, _ column: String) throws -> Code {
        guard let code = row[column].flatMap({ Code($0) }) else {
            throw wrong(row, column, "a code of this kind (see docs/directory.md)")
        }
        return code
    }

    private func time(_ row: CSV.Row, _ column: String) throws -> Instant? {
        guard let text = row[column] else { return nil }
        guard let time = Instant(text) else { throw wrong(row, column, "a time in RFC 3339") }
        return time
    }

    private func wrong(_ row: CSV.Row, _ column: String, _ rule: String) -> CommandError {
        CommandError(
            "line \(row.line): \(column) is wrong", remedy: "write \(rule)")
    }
}
