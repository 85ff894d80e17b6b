import Glibc

/// The end of a process that has done its work.
public enum ProcessEnd {
    /// Ends the process at once, without what C libraries do at an exit.
    ///
    /// They free what they hold for each thread, and a thread that is ending at that very moment does the same: OpenSSL then
    /// reads what was freed, and the process ends by SIGSEGV though all that it was to do is done.
    public static func leave(with code: Int32) -> Never {
        // What is still in C's own buffers would be lost.
        fflush(nil)
        _exit(code)
    }
}
