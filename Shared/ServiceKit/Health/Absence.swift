import Kafka
import Postgres
import Telemetry

/// Puts into the log why a server cannot be worked with: once for each reason, however often it is looked.
struct Absence: Sendable {
    private let log: Logger
    private var last: Advice?

    init(log: Logger) { self.log = log }

    /// - Parameter error: what happened, in the words of those who know; never a secret.
    mutating func note(_ advice: Advice, _ error: any Error) {
        if advice == last { return }
        last = advice
        log.warning(
            "a server cannot be worked with",
            metadata: [.reason: advice.problem, .remedy: advice.remedy, .error: "\(error)"])
    }

    mutating func end() {
        if last != nil { log.info("the server can be worked with again", metadata: [.reason: last?.problem ?? ""]) }
        last = nil
    }
}

/// Ends some work after a while: a pool waits longer for its server than one who only asks how it is.
func limited<Value: Sendable>(
    to limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let working = Task { try await work() }
    let end = Task {
        try? await Task.sleep(for: limit)
        working.cancel()
    }
    defer { end.cancel() }
    return try await withTaskCancellationHandler {
        try await working.value
    } onCancel: {
        working.cancel()
    }
}
