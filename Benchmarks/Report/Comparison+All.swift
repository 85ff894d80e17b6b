extension Comparison {
    /// In the order of the table. What a row measures, and how, is said by the command behind it.
    static let all =
        findings + delays + lifecycles + deadlines + ledger + growth + notices + chain + scaling + processes

    private static let findings = [
        Comparison(
            row: "findings", what: "findings from a backlog: validated, known by id, stored and published",
            measure: .perSecond, ours: "findings.published",
            other: Other(name: "sink.rows", who: "Kafka Connect, Debezium's JDBC sink, stored only", title: "findings"),
            reach: .times(2)),
        Comparison(
            row: "findings", what: "the same", measure: .perSecond, ours: "findings.published",
            other: Other(name: "limit.rows", who: "C, librdkafka and COPY, stored only", title: "findings"),
            reach: .times(0.5)),
        Comparison(
            row: "findings", what: "the same, as a backlog that is published", measure: .perSecond,
            ours: "findings.published",
            other: Other(name: "router.backlog", who: "Debezium's outbox router", title: "a backlog published"),
            reach: .times(1.5)),
    ]

    private static let delays = [("p50", 5.0), ("p99", 15.0)].map { percentile, reach in
        Comparison(
            row: "delay", what: "200 a second, from topic through intake's transaction to the consumer: \(percentile)",
            measure: .milliseconds, ours: "delay.\(percentile)",
            other: Other(
                name: "router.\(percentile)", who: "Debezium's outbox router, from commit on",
                title: "delay at 200 a second, \(percentile)"),
            reach: .value(reach))
    }

    private static let lifecycles = [
        Comparison(
            row: "cases", what: "case lifecycles over HTTP, 64 at once, all services at work", measure: .perSecond,
            ours: "cases.lifecycles",
            other: Other(name: "temporal.lifecycles", who: "Temporal", title: "case lifecycles, all services at work"),
            reach: .value(2_000)),
        Comparison(
            row: "cases", what: "the same, dispatch alone", measure: .perSecond, ours: "cases.alone.lifecycles",
            other: Other(name: "temporal.lifecycles", who: "Temporal", title: "case lifecycles, dispatch alone"),
            reach: .value(2_000)),
        Comparison(
            row: "cases", what: "the same: a call, p95", measure: .milliseconds, ours: "cases.alone.call.p95",
            reach: .value(50)),
        Comparison(
            row: "cases", what: "50 lifecycles a second, all services at work: a call, p95", measure: .milliseconds,
            ours: "cases.at-50.call.p95", reach: .value(50)),
        Comparison(
            row: "commits", what: "what the server commits of the smallest transactions (`pgbench -N -c 8`)",
            measure: .perSecond, ours: "commits.tps"),
    ]

    private static let deadlines = [
        ("deadlines.alone.p50", "10,000 of one instant among 1,000,000, dispatch alone, four processes: late by, p50"),
        ("deadlines.alone.p99", "the same: p99"), ("deadlines.p99", "the same, all services at work: p99"),
    ].map { name, what in
        let percentile = name.hasSuffix("p50") ? "p50" : "p99"
        return Comparison(
            row: "deadlines", what: what, measure: .milliseconds, ours: name,
            other: Other(
                name: "river.\(percentile)", who: "River, a job of one row",
                title: "10,000 deadlines, \(name.contains("alone") ? "dispatch alone" : "all at work"), \(percentile)"),
            reach: percentile == "p99" ? .value(1_000) : nil)
    }

    private static let ledger = [
        ("credit.entries", "credit.limit", "ledger entries, with caps and curves, from deeds on their topic"),
        ("credit.settling", "credit.limit", "ledger entries of deeds that are stored already"),
        ("credit.anew", "credit.anew.limit", "the ledger made anew from its topics"),
    ].map { ours, limit, what in
        Comparison(
            row: "credit", what: what, measure: .perSecond, ours: ours,
            other: Other(
                name: limit, who: "one insert … select of the same rows",
                title: String(what.prefix { $0 != "," })),
            reach: .times(0.5))
    }

    private static let growth = ["ordered": "in order", "random": "at random"].sorted { $0.key < $1.key }.map {
        kind, ids in
        Comparison(
            row: "growth", what: "findings among 20,000,000, ids \(ids)", measure: .perSecond,
            ours: "growth.\(kind).large",
            other: Other(
                name: "growth.\(kind).small", who: "among 200,000", title: "findings among 20,000,000, ids \(ids)"),
            reach: .times(0.9))
    }

    private static let notices =
        [
            Comparison(
                row: "notices", what: "notices from a backlog of events to the receiver's hand", measure: .perSecond,
                ours: "notices.rate")
        ]
        + [50, 200].map { limit in
            Comparison(
                row: "notices", what: "longer than the channel's limit of \(limit) a second allows", measure: .percent,
                ours: "notices.over.\(limit)", reach: .value(10))
        }

    private static let chain = [20, 50, 100, 200].flatMap { rate in
        [("p50", 25.0), ("p99", 100.0)].map { percentile, reach in
            Comparison(
                row: "chain",
                what: "a finding to the end of its notice, through all four, \(rate) a second: \(percentile)",
                measure: .milliseconds, ours: "chain.\(rate).\(percentile)", reach: .value(reach))
        }
    }

    private static let scaling = [1, 2, 4].map { count in
        Comparison(
            row: "scaling", what: "findings from a backlog, processes of intake: \(count)", measure: .perSecond,
            ours: "scaling.\(count)")
    }

    private static let processes = ["intake", "dispatch", "credit", "notify"].flatMap { service in
        [
            Comparison(
                row: "processes", what: "\(service): resident at rest", measure: .megabytes,
                ours: "memory.rest.\(service)", reach: .value(60)),
            Comparison(
                row: "processes",
                what: "\(service): resident at rest, half a minute after `cases`, `credit` and `chain`",
                measure: .megabytes, ours: "memory.after.\(service)", reach: .value(60)),
            Comparison(
                row: "processes", what: "\(service): the most that a process held in any row", measure: .megabytes,
                ours: "memory.most.\(service)", reach: .value(100)),
            Comparison(
                row: "processes", what: "\(service): ready after its start", measure: .seconds,
                ours: "ready.\(service)", reach: .value(0.5)),
        ]
    }
}
