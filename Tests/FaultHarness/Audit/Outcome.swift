/// What must not change when nothing new is said.
struct Outcome: Equatable, CustomStringConvertible {
    let findings, cases, steps, entries, points, notices: Int

    init(_ city: FaultCity) async throws {
        findings = try await city.count("select count(*) from intake.finding")
        cases = try await city.count("select count(*) from dispatch.matter")
        // What falls due while it is looked twice is the clocks' doing: the deadlines of a day ago may, at any time of day.
        let ofClocks = "'muster.case.warned.v1', 'muster.case.climbed.v1', 'muster.whistle.missed.v1'"
        steps = try await city.count("select count(*) from dispatch.history where type not in (\(ofClocks))")
        entries = try await city.count("select count(*) from credit.entry")
        points = try await city.count("select coalesce(sum(points), 0) from credit.balance")
        notices = try await city.count("select count(*) from notify.notice where event_type not in (\(ofClocks))")
    }

    var description: String {
        "\(findings) findings, \(cases) cases, \(steps) steps, \(entries) entries, \(points) points, \(notices) notices"
    }
}
