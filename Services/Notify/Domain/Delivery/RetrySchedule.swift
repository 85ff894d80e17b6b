import Contracts
import FoundationEssentials

/// How long to wait before each further attempt, and when to end trying.
struct RetrySchedule: Sendable, Hashable {
    /// Before the second attempt, the third, and so on. After as many failures there is no further one.
    let waits: [Duration]

    /// Of the first attempt and all that may follow.
    var attempts: Int { waits.count + 1 }

    /// The wait after a number of failures, nil when trying ends.
    ///
    /// Up to a tenth longer, by the notice's id: notices that failed together shall not come back together, and the same
    /// notice must wait equally long in every run.
    ///
    /// - Parameter failures: 1 after the first.
    func wait(afterFailures failures: Int, of notice: EventID) -> Duration? {
        guard failures >= 1, failures <= waits.count else { return nil }
        let wait = waits[failures - 1]
        return wait + wait * Int(notice.uuid.uuid.15) / 2_560
    }

    static func standard(for channel: Channel) -> RetrySchedule {
        switch channel {
        case .inbox: inbox
        case .webhook: webhook
        case .wecom: wecom
        case .sms: sms
        }
    }

    /// A row in our own database: what fails there fails for all.
    private static let inbox = RetrySchedule(waits: [])
    /// Standard Webhooks 1.0.0, "Deliverability and reliability".
    private static let webhook = RetrySchedule(
        waits: [
            .seconds(5), .minutes(5), .minutes(30), .hours(2), .hours(5), .hours(10), .hours(14), .hours(20),
            .hours(24),
        ])
    /// WeCom asks to repeat a busy answer (-1) at most three times; its blocks last a minute.
    private static let wecom = RetrySchedule(waits: [.minutes(1), .minutes(5), .minutes(30)])
    private static let sms = RetrySchedule(waits: [.seconds(30), .minutes(2), .minutes(10), .hours(1)])
}

extension Duration {
    static func minutes(_ minutes: Int) -> Duration { .seconds(minutes * 60) }
    static func hours(_ hours: Int) -> Duration { .seconds(hours * 3_600) }
}
