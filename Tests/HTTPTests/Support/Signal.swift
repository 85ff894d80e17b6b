import Threads

/// Something that happens once, and what waits for it.
final class Signal: Sendable {
    private struct State {
        var hasFired = false
        var nextWaiter = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Lock(State())

    var hasFired: Bool { state.withLock { $0.hasFired } }

    func fire() {
        let waiting = state.withLock { state in
            state.hasFired = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// - Throws: `CancellationError` when the task is cancelled first.
    func wait() async throws {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.hasFired { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiting[number] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }
}

/// A number that many threads count up, and that a test waits for.
final class Counter: Sendable {
    private let value = Lock(0)

    var count: Int { value.withLock { $0 } }

    @discardableResult
    func add(_ amount: Int = 1) -> Int {
        value.withLock { value in
            value += amount
            return value
        }
    }
}

/// What a hook was told, in order.
final class Recorder<Element: Sendable>: Sendable {
    private let elements = Lock<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    func record(_ element: Element) { elements.withLock { $0.append(element) } }
}
