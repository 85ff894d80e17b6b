/// What a process says by its exit status; from 64 on the meanings of sysexits.h.
public enum ExitCode: Int32, Sendable, CaseIterable {
    case success = 0
    /// It was done, and the answer is no: a check that failed, a thing not found.
    case failure = 1
    /// The command line is wrong.
    case usage = 64
    /// Something it needs can't be reached: the database, the broker, a service.
    case unavailable = 69
    /// A fault of the program.
    case software = 70
}

/// Thrown by a command that can't do what it was asked to: what is wrong, and what would help.
public struct CommandError: Error, Sendable, CustomStringConvertible {
    public let code: ExitCode
    public let problem: String
    public let remedy: String

    public init(_ problem: String, remedy: String, code: ExitCode = .failure) {
        self.code = code
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(problem): \(remedy)" }
}

/// A command line that can't be understood: what is wrong, and what would be right. A command throws it too, for what
/// is wrong only together, such as two options that exclude each other.
public struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    public let problem: String
    public let remedy: String

    public init(_ problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(problem): \(remedy)" }
}
