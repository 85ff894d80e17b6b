import Arguments
import Contracts
import FoundationEssentials
import ServiceKit

/// Says all that is wrong with a folder of CSV files, line by line and file against file.
struct DirectoryCheck {
    struct Fault: Encodable, Equatable {
        let file: String
        let line: Int
        /// What is wrong, and what would be right.
        let what: String
        var text: String { "\(file):\(line): \(what)" }
    }

    struct Found: Encodable, Equatable {
        var faults: [Fault] = []
        /// Lines by file.
        var counts: [String: Int] = [:]
    }

    private let folder: String
    private var found = Found()

    init(_ folder: String) { self.folder = folder }

    /// - Throws: `CommandError` when the folder holds none of the files.
    func run() throws -> Found {
        var check = self
        try check.read()
        return check.found
    }

    private mutating func read() throws {
        let names = ["units", "departments", "people", "postings", "gateways"]
        guard names.contains(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0).csv") }) else {
            throw CommandError(
                "\(folder) holds no units.csv and none of the others", remedy: "see docs/directory.md for the files")
        }
        let units = codes("units", "unit", UnitCode.init, "6, 9, 12, 15, 19 or 21 digits")
        let departments = codes("departments", "department", DepartmentCode.init, "D and three digits or more")
        let people = codes("people", "person", PersonID.init, Identifier.rule)
        checkUnits(units)
        checkDepartments(units)
        checkPeople()
        checkPostings(people: people, units: units, departments: departments)
        checkGateways()
    }

    private func rows(_ name: String) -> Result<[CSV.Row], CSV.Malformed> {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name).csv") else { return .success([]) }
        guard let text = String(validating: data, as: UTF8.self) else {
            return .failure(CSV.Malformed(line: 1, what: "the file is not UTF-8: save it as UTF-8"))
        }
        return Result { () throws(CSV.Malformed) in try CSV(text).rows }
    }

    private mutating func each(_ name: String, _ body: (inout DirectoryCheck, CSV.Row) -> Void) {
        switch rows(name) {
        case .failure(let error): found.faults.append(Fault(file: "\(name).csv", line: error.line, what: error.what))
        case .success(let rows):
            found.counts[name] = rows.count
            for row in rows { body(&self, row) }
        }
    }

    private mutating func fault(_ file: String, _ row: CSV.Row, _ what: String) {
        found.faults.append(Fault(file: "\(file).csv", line: row.line, what: what))
    }

    /// The codes of a file; each must be there once and have the right form.
    private mutating func codes<Code: Hashable>(
        _ file: String, _ column: String, _ parse: (String) -> Code?, _ rule: String
    ) -> Set<Code> {
        var known: Set<Code> = []
        each(file) { check, row in
            guard let code = row[column].flatMap(parse) else {
                return check.fault(file, row, "\(column) is missing or has the wrong form: write \(rule)")
            }
            if !known.insert(code).inserted {
                check.fault(file, row, "\(column) is listed twice: keep one of the lines")
            }
        }
        return known
    }

    private mutating func checkUnits(_ units: Set<UnitCode>) {
        each("units") { check, row in
            guard let unit = row["unit"].flatMap({ UnitCode($0) }) else { return }
            if row["name"] == nil { check.fault("units", row, "name is empty: write the unit's name") }
            check.time("units", row, "retired")
            let levels = UnitCode.Level.allCases
            guard let place = levels.firstIndex(of: unit.level), place > 0 else { return }
            if let above = unit.ancestor(at: levels[place - 1]), !units.contains(above) {
                check.fault("units", row, "the unit above it, \(above), is not listed: list it, or correct the code")
            }
        }
    }

    private mutating func checkDepartments(_ units: Set<UnitCode>) {
        each("departments") { check, row in
            if row["name"] == nil { check.fault("departments", row, "name is empty: write the department's name") }
            for text in (row["communities"] ?? "").split(separator: " ") {
                guard let unit = UnitCode(String(text)), unit.level == .community else {
                    check.fault("departments", row, "communities holds what is no community: write codes of 12 digits")
                    continue
                }
                if !units.contains(unit) {
                    check.fault("departments", row, "community \(unit) is not listed: list it in units.csv")
                }
            }
        }
    }

    private mutating func checkPeople() {
        each("people") { check, row in
            if let language = row["language"], PersonListed.Language(rawValue: language) == nil {
                check.fault("people", row, "language is unknown: write zh or en")
            }
        }
    }

    private mutating func checkPostings(
        people: Set<PersonID>, units: Set<UnitCode>, departments: Set<DepartmentCode>
    ) {
        each("postings") { check, row in
            if row["person"].flatMap({ PersonID($0) }).map(people.contains) != true {
                check.fault("postings", row, "person is not listed: list her in people.csv")
            }
            if row["role"].flatMap(Role.init(rawValue:)) == nil {
                let words = Role.allCases.map(\.rawValue).joined(separator: ", ")
                check.fault("postings", row, "role is missing or unknown: write one of \(words)")
            }
            switch (row["unit"], row["department"]) {
            case (nil, nil): check.fault("postings", row, "unit and department are empty: name one of them")
            case (let unit?, _) where UnitCode(unit).map(units.contains) != true:
                check.fault("postings", row, "unit is not listed: list it in units.csv, or correct the code")
            case (_, let department?) where DepartmentCode(department).map(departments.contains) != true:
                check.fault("postings", row, "department is not listed: list it in departments.csv")
            default: break
            }
            if row["from"] == nil { check.fault("postings", row, "from is empty: write a time in RFC 3339") }
            let from = check.time("postings", row, "from")
            let to = check.time("postings", row, "to")
            if let from, let to, to <= from { check.fault("postings", row, "to lies before from: correct one of them") }
        }
    }

    private mutating func checkGateways() {
        let types = Set(EventCatalog.all.map { $0.type })
        var known: Set<String> = []
        each("gateways") { check, row in
            guard let source = row["source"] else {
                return check.fault("gateways", row, "source is empty: name the gateway")
            }
            if !known.insert(source).inserted {
                check.fault("gateways", row, "source is listed twice: keep one of the lines")
            }
            for type in (row["types"] ?? "").split(separator: " ") where !types.contains(String(type)) {
                check.fault("gateways", row, "type \(type) is unknown: see docs/events.md")
            }
        }
    }

    @discardableResult
    private mutating func time(_ file: String, _ row: CSV.Row, _ column: String) -> Instant? {
        guard let text = row[column] else { return nil }
        guard let time = Instant(text) else {
            fault(file, row, "\(column) is no time: write RFC 3339 such as 2026-11-24T00:00:00+08:00")
            return nil
        }
        return time
    }
}
