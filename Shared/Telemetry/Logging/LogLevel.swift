/// How much an event matters, in the words and order of swift-log.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// Every step; for one who reads the code beside it.
    case trace
    /// What helps to find a fault.
    case debug
    /// What is worth keeping while all is well.
    case info
    /// Not a fault, but rare enough to be looked at.
    case notice
    /// Something failed that will be tried again.
    case warning
    /// Something failed for good.
    case error
    /// The process can't go on.
    case critical

    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.severity < right.severity
    }

    private var severity: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
