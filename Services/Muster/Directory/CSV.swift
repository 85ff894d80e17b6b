/// Reads comma-separated values (RFC 4180): quoted fields, doubled quotes, line breaks within quotes.
struct CSV {
    struct Row {
        /// The line that it begins on, from 1.
        let line: Int
        let fields: [String: String]

        subscript(name: String) -> String? {
            guard let field = fields[name], !field.isEmpty else { return nil }
            return field
        }
    }

    let rows: [Row]

    struct Malformed: Error, CustomStringConvertible {
        let line: Int
        let what: String
        var description: String { "line \(line): \(what)" }
    }

    /// The first row names the columns.
    init(_ text: String) throws(Malformed) {
        var records: [(line: Int, fields: [String])] = []
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var line = 1
        var firstLine = 1
        var characters = text.makeIterator()
        var pending: Character?
        while let character = pending ?? characters.next() {
            pending = nil
            if character.isNewline { line += 1 }
            if isQuoted {
                guard character == "\"" else {
                    field.append(character)
                    continue
                }
                let next = characters.next()
                if next == "\"" { field.append("\"") } else { (isQuoted, pending) = (false, next) }
            } else if character == "\"", field.isEmpty {
                isQuoted = true
            } else if character == "," {
                fields.append(field)
                field = ""
            } else if character.isNewline {
                if !(fields.isEmpty && field.isEmpty) { records.append((firstLine, fields + [field])) }
                (fields, field, firstLine) = ([], "", line)
            } else {
                field.append(character)
            }
        }
        guard !isQuoted else { throw Malformed(line: firstLine, what: "a quote is not closed") }
        if !(fields.isEmpty && field.isEmpty) { records.append((firstLine, fields + [field])) }
        guard let names = records.first?.fields else {
            throw Malformed(line: 1, what: "the row of column names is missing")
        }
        var rows: [Row] = []
        for record in records.dropFirst() {
            guard record.fields.count == names.count else {
                throw Malformed(
                    line: record.line, what: "there are \(record.fields.count) fields: \(names.count) columns are named"
                )
            }
            rows.append(Row(line: record.line, fields: Dictionary(zip(names, record.fields)) { first, _ in first }))
        }
        self.rows = rows
    }
}
