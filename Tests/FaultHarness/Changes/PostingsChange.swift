import Contracts
import Foundation

/// A directory in which the chiefs of two grids have changed places.
struct PostingsChange: Sendable {
    private let city: FaultCity
    private let folder: URL
    private let moved: Instant

    init(_ city: FaultCity) throws {
        self.city = city
        moved = Self.now
        folder = city.folder.appending(path: "moved-directory")
        try FileManager.default.copyItem(
            at: city.programs.root.appending(path: "docs/example-directory"), to: folder)
        let file = folder.appending(path: "postings.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let others = lines.filter { !$0.contains(",grid-chief,") }
        let since = "2025-01-01T00:00:00Z"
        let chiefs = [("p-grid-1", "1", "2"), ("p-grid-2", "2", "1")].flatMap { person, before, after in
            [
                "\(person),grid-chief,37108200702500\(before),,\(since),\(moved)",
                "\(person),grid-chief,37108200702500\(after),,\(moved),",
            ]
        }
        try (others.map(String.init) + chiefs).joined(separator: "\n").write(
            to: file, atomically: true, encoding: .utf8)
    }

    private static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }

    func load() throws {
        try city.programs.muster(
            ["directory", "load", folder.path, "--intake", city["intake"][0].url],
            city.tools.merging(["MUSTER_TOKEN": try city.token("--role", "operator")]) { $1 })
    }

    /// Sees to it that the first grid is the second chief's from now on, and that the first chief can still tell of before.
    func expectToAct(_ stage: Stage) async throws {
        let reports = [
            ("late", "p-grid-1", city.start), ("former", "p-grid-1", Self.now), ("new", "p-grid-2", Self.now),
        ]
        await stage.traffic.send(
            reports.compactMap { name, chief, time in TrafficPlan.finding("f-" + name, of: chief, at: time) })
        try await Audit(city: city, ledger: await stage.traffic.ledger).check(expectsCopies: true)

        let refused = try await city.texts(
            "select id || ': ' || code from intake.refusal where id in ('f-late', 'f-former', 'f-new')")
        guard refused == ["f-former: outside-reach"] else {
            throw Broken("a chief who has left reports of her former grid no more; refused were \(refused)")
        }
        for service in ["intake", "dispatch", "credit", "notify"] {
            let posted = try await city.texts(
                """
                select person || ' ' || unit from \(service).directory_posting
                where role = 'grid-chief' and valid_to is null order by 1
                """)
            guard posted == ["p-grid-1 371082007025002", "p-grid-2 371082007025001"] else {
                throw Broken("\(service) has the chiefs where they were: \(posted)")
            }
        }
        let told = try await city.texts(
            """
            select m.owner_person || ' ' || n.recipient from dispatch.matter m join notify.notice n on n.case_id = m.id
            where m.text like '%f-new%' and n.event_type = 'muster.case.opened.v1'
            """)
        guard !told.isEmpty, told.allSatisfy({ $0 == "p-grid-2 p-grid-2" }) else {
            throw Broken("a new case of the first grid is the second chief's; its owner and who was told: \(told)")
        }
    }
}
