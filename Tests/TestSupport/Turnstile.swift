/// Lets a limited number in at a time; the others wait in the order in which they came.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func enter() async {
        guard free == 0 else { return free -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        // A place that is handed on never becomes free in between: nobody can come in ahead of the queue.
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
