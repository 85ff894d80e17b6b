import Contracts
import Foundation
import HTTPClient
import HTTPMessages
import TestSupport
import Testing

/// What holds over HTTP whatever the service: reads that see writes, requests sent twice, and a matter's history across all four.
@Suite(.timeLimit(.minutes(5)))
struct HTTPContractTests {
    private struct CasePage: Decodable {
        struct Case: Decodable {
            let id: String
            let status: String
            let version: Int
        }
        let cases: [Case]
    }

    private func send(
        _ city: Deployment, _ service: String, replica: String = "1", _ method: HTTPMessages.Method, _ path: String,
        token: String, headers: Fields = [:], body: [UInt8] = []
    ) async throws -> Client.Response {
        let program = try #require(city.programs.first { $0.name == service && $0.replica == Int(replica) })
        var request = Client.Request(method, program.url + path, body: body)
        for field in headers.all { request.headers.append(field.name, field.value) }
        request.headers["Authorization"] = "Bearer \(token)"
        if method == .post { request.headers["Content-Type"] = "application/json" }
        return try await city.client.send(request)
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a read elsewhere sees what was written, and a request sent again after a kill is answered as it was`()
        async throws
    {
        try await Deployment.use(replicas: 2) { city in
            let chief = try city.token("--role", "grid")
            let community = try city.token("--role", "community")
            let item = try EventJSON.encode(Item(id: "f-1", time: City.now(), payload: City.finding()))
            // Given a finding that was written at intake, and its token
            let first = try await send(
                city, "intake", .post, "/v1/findings", token: chief, headers: ["Idempotency-Key": "k-1"], body: item)
            #expect(first.status == .created)
            let token = try #require(first.headers["Muster-Token"])
            // When dispatch is asked at once, at either replica, then the case is there
            for replica in ["1", "2"] {
                let answer = try await send(
                    city, "dispatch", replica: replica, .get, "/v1/cases?unit=371082007025", token: community,
                    headers: ["Muster-Token": token])
                #expect(answer.status == .ok)
                #expect(answer.headers["Muster-Token-Seen"] == "taken=1, refused=0, elsewhere=0")
                #expect(try EventJSON.decode(CasePage.self, from: answer.body).cases.map(\.status) == ["assigned"])
            }
            // When the replica that answered is killed and the request is sent to the other, then the answer is the same
            try #require(city.programs.first { $0.name == "intake" }).kill()
            let again = try await send(
                city, "intake", replica: "2", .post, "/v1/findings", token: chief,
                headers: ["Idempotency-Key": "\"k-1\""], body: item)
            #expect(again.status == .created && again.body == first.body)
            #expect(again.headers["Muster-Token"] == token && again.headers["Idempotency-Replayed"] == "true")
            // A token of what nobody wrote is waited for, and not for ever.
            let unheard = "intake/muster.finding.recorded.v1/01a20d14-c250-8161-a86c-f842d86e1de1"
            let late = try await send(
                city, "dispatch", .get, "/v1/cases?unit=371082007025", token: community,
                headers: ["Muster-Token": unheard])
            #expect(late.status == .serviceUnavailable && late.headers["Retry-After"] == "1")
            #expect(String(decoding: late.body, as: UTF8.self).contains("/problems/not-here-yet"))
            let broken = try await send(
                city, "dispatch", .get, "/v1/cases?unit=371082007025", token: community, headers: ["Muster-Token": "x"])
            #expect(broken.status == .badRequest)
        }
    }

    private struct Step: Decodable {
        let service: String
        let type: String
        let event: String
        let causation: String?
    }

    @Test(.needsPostgres, .needsRealKafka)
    func `a case is accepted by its own path, and its history leads across the services, cause by cause`() async throws
    {
        try await Deployment.use { city in
            let chief = try city.token("--role", "grid")
            let item = try EventJSON.encode(Item(id: "f-1", time: City.now(), payload: City.finding()))
            let written = try await send(city, "intake", .post, "/v1/findings", token: chief, body: item)
            let cases = try await send(
                city, "dispatch", .get, "/v1/cases?unit=371082007025", token: try city.token("--role", "community"),
                headers: ["Muster-Token": try #require(written.headers["Muster-Token"])])
            let id = try #require(try EventJSON.decode(CasePage.self, from: cases.body).cases.first?.id)
            let time = City.now()
            let body = Array(#"{"id":"a-1","time":"\#(time)"}"#.utf8)
            let accepted = try await send(city, "dispatch", .post, "/v1/cases/\(id)/accept", token: chief, body: body)
            #expect(accepted.status == .created)
            // By the list of all actions it is the same item.
            let same = Array(#"{"id":"a-1","time":"\#(time)","case":"\#(id)","action":"accept"}"#.utf8)
            let known = try await send(city, "dispatch", .post, "/v1/actions", token: chief, body: same)
            #expect(known.status == .ok && known.headers["Muster-Token"] == accepted.headers["Muster-Token"])
            // What the path says the body may not gainsay, and an action is one of the list.
            let other = Array(#"{"id":"a-2","time":"\#(City.now())","action":"close"}"#.utf8)
            #expect(
                try await send(city, "dispatch", .post, "/v1/cases/\(id)/accept", token: chief, body: other).status
                    == .unprocessableContent)
            #expect(
                try await send(city, "dispatch", .post, "/v1/cases/\(id)/swallow", token: chief, body: body).status
                    == .badRequest)
            // notify has told the chief once it has what the action wrote
            let seen = try await send(
                city, "notify", .get, "/v1/inbox", token: chief,
                headers: ["Muster-Token": try #require(accepted.headers["Muster-Token"])])
            #expect(seen.headers["Muster-Token-Seen"] == "taken=1, refused=0, elsewhere=0")
            // Then the operator's command has it all.
            let text = try Program.run(
                "muster",
                [
                    "case", "show", id, "--json", "--stack", try city.writeStack().path, "--token",
                    try city.token("--role", "city"),
                ])
            let steps = try EventJSON.decode([Step].self, from: Array(text.utf8))
            let types = Dictionary(grouping: steps, by: \.service).mapValues { Set($0.map(\.type)) }
            #expect(types["intake"] == ["muster.finding.recorded.v1"])
            #expect(types["dispatch"] == ["muster.case.opened.v1", "muster.case.accepted.v1"])
            #expect(types["notify"] == ["muster.notice"])
            // Each step was caused by an input or by another step.
            let causes = Set(steps.map(\.event) + ["f-1", "a-1"])
            for step in steps { #expect(causes.contains(step.causation ?? ""), "\(step.service) \(step.type)") }
            let opened = try #require(steps.first { $0.type == "muster.case.opened.v1" })
            let recorded = try #require(steps.first { $0.service == "intake" })
            #expect(opened.causation == recorded.event && recorded.causation == "f-1")
        }
    }
}
