/// A named place in the kernel at which the fault harness has a process killed, stopped, held up or failed.
///
/// Only a build with `-Xswiftc -DMUSTER_FAULTS` has any of it. In every other, and so in what is shipped, a pass is an empty
/// inlined function, every guard stands, and nothing reads a variable or a file that could change that.
public enum Failpoint: CaseIterable, Sendable {
    /// A batch's first statement, which is the fence, has been carried out by the server, and nothing else of the batch.
    case afterFence
    /// What batches of partitions, a group of writes over HTTP, or due timers do is decided, and nothing of it sent.
    case beforeCommit, groupDecided, timersDecided
    /// A partition's batch is committed, and nobody but the server knows.
    case afterCommit
    /// A group of writes over HTTP is committed, and no caller has an answer.
    case groupCommitted
    /// Due timers are read, and not acted on.
    case timersClaimed
    /// What the outbox holds is acknowledged by the broker, and not marked.
    case sentUnmarked
    /// A notice is out, and what came of it not written down.
    case noticeSent
    /// The epochs of partitions are raised, and their reading not begun.
    case rebalance
    /// A migration is carried out, and not committed.
    case migration
}

/// A guard that the mutation check switches off, to see that some scenario notices.
///
/// Those that are kept in SQL alone (the fence, its epoch, what a decision rests on, the claim of a timer) are switched off in
/// the database and need no switch here.
public enum Guard: CaseIterable, Sendable {
    /// An input that was taken before is known.
    case naturalKey
    /// A replica works only on the shards that it holds.
    case lease
    /// Batches that are committed together are written only if all of their positions move.
    case jointFence
    /// A partition is given back only once its batch is done.
    case revocationWait
    /// A commit whose reply was lost is asked about.
    case replyResolution
    /// An outbox row is deleted only once its messages are acknowledged.
    case marksAfterSend
}

/// What is under way in a process: a kill counts only while something is.
public enum InFlight: Int, CaseIterable, Sendable {
    case batch, outbox, send, timer
}

/// The wall clock of a process, which the harness steps as an operator's mistake or a time server would.
public enum FaultClock {}

#if !MUSTER_FAULTS
    extension FaultClock {
        @inlinable @inline(__always) public static var milliseconds: Int64 { 0 }
    }

    extension Failpoint {
        @inlinable @inline(__always) public func pass() {}
        @inlinable @inline(__always) public func passOrFail() throws {}
    }

    extension Guard {
        @inlinable @inline(__always) public var isOff: Bool { false }
    }

    extension InFlight {
        @inlinable @inline(__always) public func began() {}
        @inlinable @inline(__always) public func ended() {}
    }
#endif
