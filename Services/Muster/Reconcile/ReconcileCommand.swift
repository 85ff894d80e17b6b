import Arguments
import Contracts
import Postgres

/// `muster reconcile`: compares the services' stores and topics with each other, and fails if a line is off.
enum ReconcileCommand {
    static let json = Option.flag("json", about: "print JSON")
    static let days = Option(
        "days", value: "N",
        about: "how far back it goes, by when things were recorded: fewer than topics and stores keep",
        parser: .integer(1...3_650), default: 28)

    static let command = Command(
        "reconcile", about: "prove from the stores and the topics that nothing was lost or done twice",
        discussion: """
            Every line counts one thing on both sides of a step, each side from its own store: what went in must be what is
            stored, known or refused. It reads everything, so let traffic rest meanwhile, or small differences are just what
            is under way. Topics keep 30 days and stores forget keys of inputs and notices after 45: with --days it goes no
            further back.
            """,
        options: [DayCommand.stack, days, json]
    ) { values in
        let stack = try Stack.read(values[DayCommand.stack])
        let database = try await PostgresConnection.connect(stack.postgres)
        let since = try await cityTime(database) - .seconds(86_400 * values[days])
        let lines = try await Reconciliation(stack, database, since: since).compute(nil)
        await database.close()
        if values[json] {
            say(String(decoding: try EventJSON.encode(lines), as: UTF8.self))
        } else {
            for line in lines { say(line.text) }
        }
        guard lines.allSatisfy({ $0.difference == 0 }) else {
            throw CommandError(
                "what went in and what is there differ",
                remedy:
                    "if traffic rests, look at the lines marked ✗: muster lag, muster dead list and the services' logs tell more"
            )
        }
    }

    /// What the replicas have stepped to, or the wall clock.
    private static func cityTime(_ database: PostgresConnection) async throws -> Instant {
        let now = Statement("city_time", "select coalesce(max(city_time), clock_timestamp()) from intake.replica")
        return Instant(try await database.run { try $0.query(now).value(Timestamp.self, row: 0, column: 0) })
    }
}

extension Reconciliation.Line {
    static let heading = "  " + padded("stage", 44) + "in      stored  known   refused difference"

    var text: String {
        let numbers = [self.in, stored, known, refused, difference].map { Self.padded("\($0)", 8) }.joined()
        return "\(difference == 0 ? "✓" : "✗") \(Self.padded(stage, 44))\(numbers)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
