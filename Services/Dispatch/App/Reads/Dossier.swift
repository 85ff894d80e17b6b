import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// A whole case on one page: what it is, what it came from, each step with its cause, and the clocks that run.
struct Dossier: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/cases/{id}/dossier",
                "A whole case: what it came from, each step with its cause, the clocks that run",
                for: .people("Whoever is posted to its unit or above it, and the departments that were called to it."),
                [Self.id, Self.afterStep, Self.steps],
                example: #"""
                    {"case":\#(CaseView.example),"clocks":[{"due":"2026-11-24T02:00:00.000Z","kind":"accept"}],
                     "inputs":[{"event":"f-1","occurredAt":"2026-11-24T01:00:00.000Z","origin":"finding","reason":"opened"}],
                     "steps":[{"because":"input","entry":\#(HistoryEntry.example.dropFirst().dropLast(1))}]}
                    """#, problems: [.notFound]
            ) { try await whole($0, $1) }
        ]
    }

    private static let id = Parameter<EventID>.path("id", "the id of a case, a UUID")
    private static let afterStep = Parameter<Int?>.integer("afterStep", "only steps after this one", in: 0...Int.max)
    private static let steps = Parameter<Int?>.integer(
        "steps", "how many steps at most; 500 unless given", in: 1...1_000)

    struct Whole: Codable {
        let `case`: CaseView
        let inputs: [CaseInput]
        let steps: [CaseStep]
        let clocks: [RunningClock]
        /// For `afterStep` of the next page of steps; missing on the last one.
        let nextStep: Int?
    }

    /// Which finding or complaint opened the case or was joined to it.
    struct CaseInput: Codable {
        let event: String
        let origin: String
        let occurredAt: Instant
        let reason: String
    }

    struct CaseStep: Codable {
        enum Because: String, Codable, CaseIterable {
            /// Somebody did something, or something was reported.
            case input
            /// A clock of the case ran out.
            case clock
        }

        let because: Because
        let entry: HistoryEntry
    }

    struct RunningClock: Codable {
        let kind: String
        let due: Instant
        /// Whose coming it waits for.
        let department: DepartmentCode?
    }

    private func whole(_ request: RequestContext, _ identity: Identity) async throws -> Whole {
        let id = try Self.id(request)
        let after = Int64(try Self.afterStep(request) ?? 0)
        let limit = try Self.steps(request) ?? 500
        let reach = try await context.reach(of: identity)
        let found = try await context.read { session -> (Postgres.JSON, String, [CaseInput], [HistoryEntry])? in
            guard
                let row = try session.query(Self.find, Parameters(id.uuid)).rows(as: Postgres.JSON.self, String.self)
                    .first
            else { return nil }
            let inputs = try session.query(Self.inputs, Parameters(id.uuid)).rows(
                as: String.self, String.self, Timestamp.self, String.self
            ).map { CaseInput(event: $0.0, origin: $0.1, occurredAt: Instant($0.2), reason: $0.3) }
            let steps = try HistoryEntry.read(session.query(Self.readSteps, Parameters(id.uuid, after, Int32(limit))))
            return (row.0, row.1, inputs, steps)
        }
        guard let (json, text, inputs, steps) = found else {
            throw Problem(.notFound, detail: "There is no such case.")
        }
        let state = try EventJSON.decode(CaseState.self, from: json.utf8)
        guard reach.sees(state.unit, called: state.whistle?.parts.map(\.department) ?? []) else {
            throw Problem(
                .forbidden, detail: "This is for the staff of unit \(state.unit), those above, and departments called.")
        }
        let clocks = state.clocks.sorted().map { clock in
            RunningClock(
                kind: clock.kind.rawValue, due: clock.due,
                department: clock.kind == .arrive ? state.whistle?.parts[safe: Int(clock.ordinal)]?.department : nil)
        }
        return Whole(
            case: CaseView(state, text: text), inputs: inputs,
            // People and gateways are named; what has no actor was done by a clock.
            steps: steps.map { CaseStep(because: $0.actor == nil && $0.sequence > 1 ? .clock : .input, entry: $0) },
            clocks: clocks, nextStep: steps.count < limit ? nil : steps.last?.sequence)
    }

    private static let find = Statement("dossier_case", "select state, text from matter where id = $1")
    private static let inputs = Statement(
        "dossier_inputs",
        "select event_id, origin, occurred_at, reason from matter_input where matter_id = $1 order by occurred_at, event_id"
    )
    /// Plan: the primary key of history; ten thousand commands on one case are twenty pages.
    static let readSteps = Statement(
        "dossier_steps",
        """
        select sequence, event_id, type, actor, occurred_at, recorded_at, causation_id, correlation_id, data
        from history where matter_id = $1 and sequence > $2 order by sequence limit $3
        """)
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
