/// How an event becomes a line.
public enum LogFormat: Hashable, Sendable {
    /// One JSON object, for machines.
    case json
    /// For people. Colour is for terminals.
    case text(colour: Bool)

    /// A longer value is cut, with a mark that says how much is missing; in UTF-8 bytes.
    public static let maximumValueLength = 2048

    /// The event with its line feed.
    func line(_ event: LogEvent) -> [UInt8] {
        var line = LineBuffer()
        switch self {
        case .json: appendJSON(event, to: &line)
        case .text(let colour): appendText(event, colour: colour, to: &line)
        }
        line.append("\n")
        return line.bytes
    }

    private func appendJSON(_ event: LogEvent, to line: inout LineBuffer) {
        line.append(#"{"ts":""#)
        event.time.append(to: &line.bytes)
        line.append(#"","level":""#)
        line.append(event.level.rawValue)
        line.append(#"","msg":"#)
        line.appendQuoted(event.message.text)
        line.append(#","service":"#)
        line.appendQuoted(event.service)
        for (key, value) in event.metadata.fields {
            line.append(",\"")
            line.append(key.name)
            line.append("\":")
            append(value, bareWords: false, to: &line)
        }
        line.append("}")
    }

    private func appendText(_ event: LogEvent, colour: Bool, to line: inout LineBuffer) {
        event.time.appendTimeOfDay(to: &line.bytes)
        line.append(" ")
        line.append(colour ? event.level.colour : "")
        line.append(event.level.rawValue.uppercased())
        line.append(colour ? "\u{1B}[0m" : "")
        line.append(String(repeating: " ", count: 9 - event.level.rawValue.utf8.count))
        line.append(event.service)
        line.append(": ")
        line.append(event.message.text)
        for (key, value) in event.metadata.fields {
            line.append(colour ? "  \u{1B}[2m" : "  ")
            line.append(key.name)
            line.append(colour ? "=\u{1B}[0m" : "=")
            append(value, bareWords: true, to: &line)
        }
    }

    private func append(_ value: LogValue, bareWords: Bool, to line: inout LineBuffer) {
        switch value {
        case .string(let text) where bareWords && text.isPlainWord: line.append(text)
        case .string(let text): line.appendQuoted(text, limit: Self.maximumValueLength)
        case .int(let number): line.append(String(number))
        // JSON has no word for what is not finite.
        case .double(let number) where !number.isFinite: line.appendQuoted(String(number))
        case .double(let number): line.append(String(number))
        case .bool(let flag): line.append(flag ? "true" : "false")
        }
    }
}

extension LogLevel {
    fileprivate var colour: String {
        switch self {
        case .trace, .debug: "\u{1B}[2m"
        case .info: "\u{1B}[32m"
        case .notice: "\u{1B}[36m"
        case .warning: "\u{1B}[33m"
        case .error: "\u{1B}[31m"
        case .critical: "\u{1B}[1;31m"
        }
    }
}

extension StaticString {
    fileprivate var text: String { String(describing: self) }
}

extension String {
    /// Can stand without quotes: no space, no quote, nothing a terminal acts upon.
    fileprivate var isPlainWord: Bool {
        !isEmpty && utf8.count <= 256 && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    }
}
