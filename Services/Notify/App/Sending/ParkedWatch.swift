import Postgres
import ServiceKit
import Telemetry

/// Reports gaps in the order of cases' events that do not fill by themselves.
struct ParkedWatch: Sendable {
    let context: ServiceContext<NotifyHandler>
    let parked: Gauge

    init(_ context: ServiceContext<NotifyHandler>) {
        self.context = context
        parked = context.metrics.gauge(
            "muster_notify_events_parked", help: "Events of cases that wait for an earlier one.")
    }

    /// Until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let found = try? await context.pool.run { session in
                try session.query(Self.count).row(0, as: Int64.self, Int64.self)
            }
            if let (count, old) = found {
                parked.set(Double(count))
                if old > 0 {
                    context.log.warning(
                        "events have waited long for an earlier one of their case",
                        metadata: [.count: Int(old), .remedy: "look for what is missing: muster dead list"])
                }
            }
            try? await Task.sleep(for: .seconds(10))
        }
    }

    private static let count = Statement(
        "parked_count",
        """
        select count(*), count(*) filter (where parked_at < clock_timestamp() - interval '1 minute') from parked_event
        """)
}
