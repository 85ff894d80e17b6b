/// What the server says of an error, field by field, before anything is left out.
struct ServerReport {
    /// ERROR, FATAL or PANIC, in English whatever the server's language.
    var severity: String?
    var sqlState: SQLState?
    var message: String
    var detail: String?
    var hint: String?
    var constraint: String?
    /// The server's C function that raised the error.
    var routine: String?
}

extension PostgresError {
    init(_ report: ServerReport) {
        // There is no SQLSTATE if libpq itself made the error, because the connection broke.
        let endsSession = report.sqlState == nil || ["FATAL", "PANIC"].contains(report.severity)
        // In class 22 the message quotes the value; in 22, 23 and 44 the detail shows the key or the whole row.
        let errorClass = report.sqlState?.code.prefix(2) ?? ""
        let quotesValue = errorClass == "22"
        let showsRow = ["22", "23", "44"].contains(errorClass)
        self.init(
            endsSession ? .connectionLost : .server,
            quotesValue ? Self.withoutQuotations(report.message) : report.message,
            sqlState: report.sqlState, constraint: report.constraint,
            detail: showsRow ? nil : report.detail, hint: report.hint,
            // The routine is the only mark that does not depend on the language of the message.
            isStalePlan: report.routine == "RevalidateCachedQuery" || report.sqlState == .invalidStatementName)
    }

    /// Cuts the text at the first quotation mark of any language.
    static func withoutQuotations(_ text: String) -> String {
        guard let start = text.firstIndex(where: { "\"'»«„“”「".contains($0) }) else { return text }
        return text[..<start] + "…"
    }
}
