#if THREAD_SANITIZER
    import Glibc

    /// Stands in for `Synchronization.Mutex` in Thread Sanitizer builds only (`-Xswiftc -DTHREAD_SANITIZER`).
    ///
    /// The real one is a futex on Linux, which the sanitizer of Swift 6.3 does not know: it calls any two uses of a
    /// value under the lock a race. It does know `pthread_mutex_t`.
    ///
    /// `@unchecked Sendable` holds because every access to `value` happens between lock and unlock of the one mutex.
    @safe
    public struct Lock<Value>: ~Copyable, @unchecked Sendable {
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let value: UnsafeMutablePointer<Value>

        public init(_ initial: consuming sending Value) {
            unsafe pthread_mutex_init(lock, nil)
            unsafe value = .allocate(capacity: 1)
            unsafe value.initialize(to: initial)
        }

        deinit {
            unsafe pthread_mutex_destroy(lock)
            unsafe lock.deallocate()
            unsafe value.deinitialize(count: 1)
            unsafe value.deallocate()
        }

        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            return try unsafe body(&value.pointee)
        }
    }
#else
    public import Synchronization

    /// The project's one mutual exclusion lock; see the other branch for why it has a name of its own.
    public typealias Lock<Value: ~Copyable> = Mutex<Value>
#endif
