import Contracts
import Foundation
import HTTPClient
import TestSupport
import Testing

/// Stores that were lost and are made anew from the topics, as docs/operations.md says: what comes back, and what does not.
@Suite(.timeLimit(.minutes(5)))
struct StoreRebuildTests {
    private let resident = Subject(kind: .resident, id: "p-resident-1")

    private func deed(_ id: String, at time: Instant) -> Event<DeedReported> {
        Event(
            EventEnvelope(id: id, source: "app", type: DeedReported.type, time: time, actor: City.chief),
            DeedReported(subject: resident, item: "clean-up-joined", unit: City.grid, evidence: ["photo-1"]))
    }

    /// Stops a service, loses its schema, and makes it again; the service is not started yet.
    private func lose(_ service: String, in city: Deployment) async throws {
        #expect(city[service].stop() == 0)
        try await city.connection.run { session in try session.execute("drop schema \(service) cascade") }
        try city.muster("migrate")
    }

    /// Whether credit has as many rows of each table of the directory as intake.
    private func knows(_ tables: [String], in city: Deployment) async throws -> [Bool] {
        var known: [Bool] = []
        for table in tables {
            let counts =
                "(select count(*) from credit.directory_\(table)) = (select count(*) from intake.directory_\(table))"
            known.append(try await city.count("(\(counts))::int") == 1)
        }
        return known
    }

    private func texts(_ sql: String, in city: Deployment) async throws -> [String] {
        try await city.connection.run { session in try session.query(.init(once: sql)).rows(as: String.self) }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `credit and notify have again what is on topics, and nobody hears of it twice`() async throws {
        try await Deployment.use(environment: ["MUSTER_CREDIT_SETTLE_SECONDS": "1"]) { city in
            // Given a consent and two deeds by topic, a third one over HTTP, and a finding that people are told of
            try await eventually("credit has the directory", becomes: [true, true, true]) {
                try await knows(["gateway", "unit", "posting"], in: city)
            }
            let time = City.now()
            let consent = Event(
                EventEnvelope(
                    id: "k-1", source: "app", type: ConsentChanged.type, time: time, actor: PersonID(resident.id)),
                ConsentChanged(subject: resident, given: true))
            try await city.publish([consent])
            try await city.publish([deed("d-1", at: time), deed("d-2", at: time)])
            try await city.publish([City.reported("f-1", at: time)])
            let gateway = try city.token("--gateway", "app")
            let third = Item(id: "d-3", time: time, actor: City.chief, payload: deed("d-3", at: time).payload)
            try await eventually("the deed over HTTP is taken") {
                try await city.post("credit", "/v1/deeds", token: gateway, third).status.isSuccess
            }
            let entries = "select count(*) from credit.entry"
            let notices = "select id::text from notify.notice order by id"
            try await eventually("all are entered", becomes: 3) { try await city.count(entries) }
            try await eventually("all are published", becomes: 3) { try await city.distinctEvents(on: .entries) }
            try await eventually("the case is told of") { try await !texts(notices, in: city).isEmpty }
            try await eventually("entries and steps have been read") {
                try await city.count("select count(*) from notify.input")
                    == (try await city.distinctEvents(on: .entries)) + (try await city.distinctEvents(on: .cases))
            }
            let told = try await texts(notices, in: city)
            let byTopic = "select id::text from credit.entry where cause in ('d-1', 'd-2') order by id"
            let entered = try await texts(byTopic, in: city)

            // When credit's store is lost and made anew
            try await lose("credit", in: city)
            try city["credit"].start()
            try await city.ready(city["credit"])
            // Then what came by topic is there again under the same ids, and what came over HTTP is not, until it is sent again
            try await eventually("the deeds by topic are entered", becomes: entered) {
                try await texts(byTopic, in: city)
            }
            #expect(try await city.count(entries) == 2)
            #expect(try await city.post("credit", "/v1/deeds", token: gateway, third).status == .created)
            try await eventually("all are entered again", becomes: 3) { try await city.count(entries) }
            #expect(try await city.distinctEvents(on: .entries) == 3)

            // And when notify's is, there are the same notices
            try await lose("notify", in: city)
            try city["notify"].start()
            try await city.ready(city["notify"])
            try await eventually("the notices are there again", becomes: told) { try await texts(notices, in: city) }
        }
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `intake has its findings again once it has its directory, and dispatch knows them`() async throws {
        try await Deployment.use { city in
            let time = City.now()
            try await city.publish([City.reported("f-1", at: time)])
            let gateway = try city.token("--gateway", "app")
            let second = Item(id: "f-2", time: time, actor: City.chief, payload: City.finding("路灯坏了"))
            #expect(try await city.post("intake", "/v1/findings", token: gateway, second).status == .created)
            try await eventually("both are cases", becomes: 2) {
                try await city.count("select count(*) from dispatch.matter")
            }
            // When the store is lost, and the directory is loaded before the topics can be read
            try await lose("intake", in: city)
            try city["intake"].start(with: ["MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:1"])
            try await eventually("intake takes what comes over HTTP", within: .seconds(30)) {
                (try? city.loadDirectory()) != nil
            }
            #expect(city["intake"].stop() == 0)
            try city["intake"].start()
            try await city.ready(city["intake"])
            // Then the finding by topic is there again and the other is not, and dispatch has the same cases
            try await eventually("the topic is read", becomes: 1) {
                try await city.count("select count(*) from intake.finding")
            }
            try await eventually("it is published again") {
                try await city.count("select sum(known) from dispatch.stage_count where stage = 'intake.findings'") == 1
            }
            #expect(try await city.count("select count(*) from dispatch.matter") == 2)
            #expect(try await city.count("select count(*) from intake.refusal") == 0)
        }
    }
}
