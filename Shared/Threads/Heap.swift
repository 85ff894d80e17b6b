import CLinux

/// The C library's memory, which Swift's objects lie in too.
public enum Heap {
    /// Lets all threads that begin from now on share that many arenas.
    ///
    /// glibc gives each thread one of its own, up to eight for each processor, and what one frees no other one uses: a service
    /// of three dozen threads, whose batches wander from thread to thread, then holds several times what it needs.
    ///
    /// - Parameter arenas: at least 1. More of them means fewer threads that wait for each other.
    public static func share(arenas: Int32) { mallopt(M_ARENA_MAX, arenas) }

    /// Does without glibc's fast bins, which lie behind the cache that each thread has anyway.
    ///
    /// Whenever somebody asks for a kilobyte or more, glibc first goes through all that lies in them. Batches are made of small
    /// values and large arrays by turns: intake spent a tenth of its time so, and took 15 % more findings a second without.
    public static func leaveOutFastBins() { mallopt(M_MXFAST, 0) }

    /// Gives back to the system what lies free, if that is more than so many bytes.
    ///
    /// By itself glibc gives back only what is free at the very end of an arena: a process whose backlog is done with would hold what
    /// that took for as long as one value lies behind it. Takes some milliseconds; pages that are needed again come as new ones.
    ///
    /// - Returns: whether anything was given back.
    @discardableResult
    public static func giveBack(above limit: Int) -> Bool {
        guard mallinfo2().fordblks > limit else { return false }
        return malloc_trim(0) == 1
    }
}
