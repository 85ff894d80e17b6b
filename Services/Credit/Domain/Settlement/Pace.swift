import Contracts

/// How soon after an event what it earns is settled.
///
/// Settling waits a little, so that what comes in disorder within that time needs no correction; and at fixed marks of the
/// city's time, so that what is settled together follows from when things came in and not from how fast we are.
enum Pace: String, Sendable, Hashable, CaseIterable, Comparable {
    case soon
    /// For what comes by the dozen and is worth a hundredth of a point.
    case hourly

    static func < (left: Pace, right: Pace) -> Bool { left.rawValue < right.rawValue }
}

extension CreditItem.Trigger {
    var pace: Pace { self == .patrol ? .hourly : .soon }
}

/// The marks of the city's time at which accounts are settled.
struct PaceMarks: Sendable, Hashable {
    var soon: Duration = .seconds(60)
    var hourly: Duration = .seconds(3_600)

    /// The first mark after an instant.
    func next(_ pace: Pace, after instant: Instant) -> Instant {
        let size = (pace == .soon ? soon : hourly).wholeMilliseconds
        return Instant(milliseconds: (instant.milliseconds / size + 1) * size)
    }
}
