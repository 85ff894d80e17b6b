import Threads

/// Gives back to the system what a backlog took, once it is worked off: whoever runs many services on one machine counts on what each
/// holds at rest.
enum FreeMemory {
    /// In bytes: more than a quiet service frees and takes again between two looks.
    static let kept = 16 << 20

    /// Until the task is cancelled.
    static func run(every pause: Duration = .seconds(20)) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            Heap.giveBack(above: kept)
        }
    }
}
