import CLinux
import Glibc

/// A POSIX thread of our own, outside Swift's shared pool.
///
/// For calls that block and for work that must go on when every thread of the pool is stuck in somebody's handler.
public struct SystemThread: Sendable {
    private let id: pthread_t

    /// Starts the thread.
    ///
    /// - Parameter name: as `top` and `gdb` show it; the kernel keeps 15 bytes.
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        var id = pthread_t()
        let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body)).toOpaque()
        let code = unsafe pthread_create(
            &id, nil,
            { raw in
                guard let raw = unsafe raw else { return nil }
                let start = unsafe Unmanaged<ThreadStart>.fromOpaque(raw).takeRetainedValue()
                _ = unsafe name_current_thread(start.name)
                start.body()
                return nil
            }, start)
        precondition(code == 0, "pthread_create failed with error \(code): raise the limit of processes (ulimit -u)")
        self.id = id
    }

    /// Waits for the thread's end. Once, or `detach` once: else the thread's stack is never given back.
    public func join() { pthread_join(id, nil) }

    public func detach() { pthread_detach(id) }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = String(name.prefix(15))
        self.body = body
    }
}
