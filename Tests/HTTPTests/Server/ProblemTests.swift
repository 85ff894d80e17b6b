import HTTPMessages
import HTTPServer
import Testing

@Suite struct ProblemTests {
    private func text(_ problem: Problem) -> String {
        guard case .bytes(let bytes) = problem.response.body else { return "a stream" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a problem is written with all its members, sorted`() {
        let problem = Problem(
            ProblemType("unknown-grid", 422, "No such grid", meaning: "…"), detail: "grid 7",
            instance: "/v1/findings/3",
            errors: [
                .init(pointer: "#/grid", "must be in the directory"), .init(header: "If-Match", "must be an ETag"),
            ],
            members: ["grid": 7, "near": ["a", true, .null, .number(1.5)], "at": ["x": 1]],
            headers: ["Retry-After": "3"])
        #expect(
            text(problem) == """
                {"at":{"x":1},"detail":"grid 7","errors":[{"detail":"must be in the directory","pointer":"#/grid"},\
                {"detail":"must be an ETag","header":"If-Match"}],"grid":7,"instance":"/v1/findings/3",\
                "near":["a",true,null,1.5],"status":422,"title":"No such grid","type":"/problems/unknown-grid"}
                """)
        #expect(problem.response.headers == ["Retry-After": "3", "Content-Type": "application/problem+json"])
    }

    @Test func `a problem without a type of its own is the status's`() {
        #expect(text(Problem(status: .forbidden)) == #"{"status":403,"title":"Forbidden","type":"about:blank"}"#)
    }

    @Test func `a member that JSON cannot hold costs the members, not the problem`() {
        let problem = Problem(status: .conflict, members: ["share": .number(.infinity)])
        #expect(text(problem) == #"{"status":409,"title":"Conflict","type":"about:blank"}"#)
    }

    @Test func `a member with a standard name stops the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Problem(status: .conflict, members: ["status": 200])
        }
    }

    @Test func `a problem's type leads to a page that explains it`() async {
        let own = ProblemType("unknown-grid", 422, "No such grid", meaning: "Ask the directory.")
        let router = Router([.problems([own])])
        for type in [own, .notFound] {
            guard let target = Target(type.uri.utf8) else { preconditionFailure(type.uri) }
            let response = await router.respond(to: Request(.get, target))
            guard case .bytes(let page) = response.body else { preconditionFailure("a stream") }
            #expect(response.status == .ok)
            #expect(
                String(decoding: page, as: UTF8.self)
                    == "\(type.title)\n\nStatus \(type.status) \(type.status.phrase).\n\(type.meaning)\n")
        }
        #expect(await router.respond(to: Request(.get, "/problems/unheard-of")).status == 404)
    }

    @Test func `each of the server's problems has an address of its own and says what to do`() {
        let catalogue = ProblemType.catalogue
        #expect(Set(catalogue.map(\.uri)).count == catalogue.count)
        #expect(catalogue.allSatisfy { $0.meaning.hasSuffix(".") && !$0.title.hasSuffix(".") })
    }
}
