import Contracts
import HTTPServer
import ServiceKit

/// Intake over HTTP; the contract is docs/openapi/intake.json.
struct IntakeRoutes: Sendable {
    let context: ServiceContext<IntakeHandler>
    let columns: SealedColumns

    var all: [Endpoint] {
        [visits, findings, directory] + IntakeReads(context: context).endpoints
            + [
                RegisterReads(context: context, columns: columns).endpoint, LookReads(context: context).endpoint,
                MatterReads(context: context).endpoint,
            ] + DirectoryReads(context: context).endpoints
    }

    private var visits: Endpoint {
        context.upload(
            "/v1/visits", VisitReported.self, "Report visits of a patrol",
            for: .senders("Grid chiefs for their own grid, and gateways for them."),
            example: """
                {"id":"v-1","time":"2026-11-24T09:00:00+08:00","grid":"371082007025001",
                 "place":{"unit":"3710820070250010001","label":"302"},"outcome":"met","minutes":4,
                 "facts":[{"register":"homes","subject":"home-1","attribute":"residents","value":"3"}]}
                """
        ) { .visit($0) }
    }

    private var findings: Endpoint {
        context.upload(
            "/v1/findings", FindingReported.self, "Report what needs doing",
            for: .senders("Grid chiefs for their own grid, and gateways for them."),
            example: """
                {"id":"f-1","time":"2026-11-24T09:00:00+08:00","grid":"371082007025001",
                 "place":{"unit":"3710820070250010001"},"category":"city-appearance.rubbish.exposed",
                 "severity":"normal","text":"垃圾堆在楼下"}
                """
        ) { .finding($0) }
    }

    private var directory: Endpoint {
        context.upload(
            "/v1/directory", DirectoryEntry.self, "List units, people, departments and gateways", for: .operators,
            example: """
                {"id":"u-1","time":"2026-11-24T09:00:00+08:00",
                 "unit":{"unit":"371082007025001","name":"第一网格"}}
                """
        ) { .list($0) }
    }
}
