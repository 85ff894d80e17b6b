import HTTPMessages
import HTTPServer
import Testing

@Suite struct RouterTests {
    /// Answers with its own pattern and the values it got.
    private func route(_ method: Method, _ pattern: RoutePattern, _ names: String...) -> Route {
        Route(method, pattern) { context in
            .text(.ok, ([context.pattern.description] + names.map(context.parameter)).joined(separator: " "))
        }
    }

    private func text(_ response: Response) -> String {
        guard case .bytes(let bytes) = response.body else { return "a stream" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var router: Router {
        Router([
            route(.get, "/"), route(.get, "/v1/findings"), route(.post, "/v1/findings"),
            route(.get, "/v1/findings/{id}", "id"), route(.delete, "/v1/findings/{number}", "number"),
            route(.get, "/v1/findings/latest"), route(.get, "/v1/{kind}/{id}/photos", "kind", "id"),
            route(.get, "/v1/findings/latest/{part}/x", "part"), route(.get, "/assets/{path...}", "path"),
        ])
    }

    @Test(arguments: [
        (Method.get, Target("/"), "/"),
        (.get, "/v1/findings?limit=2", "/v1/findings"),
        (.post, "/v1/findings", "/v1/findings"),
        (.get, "/v1/findings/7", "/v1/findings/{id} 7"),
        (.delete, "/v1/findings/7", "/v1/findings/{number} 7"),
        (.get, "/v1/findings/a%2Fb", "/v1/findings/{id} a/b"),
        (.get, "/v1/findings/latest", "/v1/findings/latest"),
        // The literal branch leads nowhere, so the parameter's is taken.
        (.get, "/v1/findings/latest/photos", "/v1/{kind}/{id}/photos findings latest"),
        (.get, "/v1/findings/latest/a/x", "/v1/findings/latest/{part}/x a"),
        (.get, "/assets/js/chart.js", "/assets/{path...} js/chart.js"),
        (.head, "/v1/findings/7", "/v1/findings/{id} 7"),
    ])
    func `a path finds its route`(method: Method, target: Target, expected: String) async {
        #expect(text(await router.respond(to: Request(method, target))) == expected)
    }

    @Test(
        arguments: ["/v1", "/v1/findings/", "/v1/findings/7/", "/V1/findings", "/assets", "/v1/findings/7/photo"]
            as [Target])
    func `a path that names nothing is a 404`(target: Target) async {
        let response = await router.respond(to: Request(.get, target))
        #expect(response.status == 404)
        #expect(ProblemBody(response)?.type == "/problems/not-found")
    }

    @Test func `a method that a resource has not is a 405 that lists those it has`() async {
        let response = await router.respond(to: Request(.put, "/v1/findings/7"))
        #expect(response.status == 405)
        #expect(response.headers["Allow"] == "DELETE, GET, HEAD")
        #expect(ProblemBody(response)?.detail == "This resource takes DELETE, GET, HEAD, not PUT.")
    }

    @Test func `a method is compared with regard to case`() async {
        #expect(await router.respond(to: Request(Method(rawValue: "get"), "/")).status == 405)
    }

    @Test func `two routes for the same method and paths stop the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = Router([Route(.get, "/a/{x}") { _ in .noContent }, Route(.get, "/a/{y}") { _ in .noContent }])
        }
        await #expect(processExitsWith: .failure) {
            _ = Router([Route(.get, "/a/{x...}") { _ in .noContent }, Route(.get, "/a/{y...}") { _ in .noContent }])
        }
    }

    @Test func `a pattern that cannot mean anything stops the program`() async {
        await #expect(processExitsWith: .failure) { _ = RoutePattern("a") }
        await #expect(processExitsWith: .failure) { _ = RoutePattern("/{x}/{x}") }
        await #expect(processExitsWith: .failure) { _ = RoutePattern("/{x...}/a") }
        await #expect(processExitsWith: .failure) { _ = RoutePattern("/a{x}") }
    }

    @Test func `an error that knows its answer gives it, and is not reported`() async {
        let reported = Counter()
        let router = Router(
            [Route(.get, "/") { _ in throw Problem(.invalidValue, detail: "no", headers: ["Retry-After": "7"]) }],
            onUnexpectedError: { _, _ in reported.add() })
        let response = await router.respond(to: Request(.get, "/"))
        #expect(response.status == 422)
        #expect(response.headers == ["Retry-After": "7", "Content-Type": "application/problem+json"])
        #expect(reported.count == 0)
    }

    @Test func `any other error is a 500 that tells nothing, and is reported with its request`() async {
        struct Secret: Error {}
        let reported = Recorder<String>()
        let router = Router([Route(.get, "/a/{id}") { _ in throw Secret() }]) { error, context in
            reported.record("\(type(of: error)) at \(context.pattern) for \(context.parameter("id"))")
        }
        let response = await router.respond(to: Request(.get, "/a/7"))
        #expect(response.status == 500)
        #expect(text(response) == #"{"status":500,"title":"The service failed","type":"/problems/internal-error"}"#)
        #expect(reported.all == ["Secret at /a/{id} for 7"])
    }

    @Test(arguments: [
        ("application/json", 200), ("application/json; charset=utf-8", 200), ("Application/JSON ;x", 200),
        ("application/cloudevents+json", 200), ("text/json", 415), ("application/x-www-form-urlencoded", 415),
        ("", 415),
        ("text/plain+json", 415),
    ])
    func `a body's type must be JSON where JSON is read`(type: String, status: Int) async {
        let router = Router([
            Route(.post, "/") { context in
                _ = try context.decodeJSON([Int].self)
                return .text(.ok, "")
            }
        ])
        let headers: Fields = type.isEmpty ? [:] : ["Content-Type": type]
        let response = await router.respond(to: Request(.post, "/", headers: headers, body: Array("[1]".utf8)))
        #expect(response.status.code == status)
        #expect(response.headers["Accept"] == (status == 415 ? "application/json" : nil))
    }

    @Test(arguments: [("gzip", 415), ("br, identity", 415), ("identity", 200), ("Identity", 200)])
    func `a packed body is refused, whatever is in it`(coding: String, status: Int) async {
        let router = Router([Route(.post, "/") { .text(.ok, "\(try $0.decodeJSON([Int].self))") }])
        let headers: Fields = ["Content-Type": "application/json", "Content-Encoding": coding]
        let response = await router.respond(to: Request(.post, "/", headers: headers, body: Array("[1]".utf8)))
        #expect(response.status.code == status)
        #expect(response.headers["Accept-Encoding"] == (status == 415 ? "identity" : nil))
    }

    @Test func `a route's own depth counts`() async {
        let route = { (pattern: RoutePattern, depth: Int) in
            Route(.post, pattern, limits: BodyLimits(depth: depth)) { .text(.ok, "\(try $0.decodeJSON([[Int]].self))") }
        }
        let router = Router([route("/one", 1), route("/two", 2)])
        let request = { (target: Target) in
            Request(.post, target, headers: ["Content-Type": "application/json"], body: Array("[[1]]".utf8))
        }
        #expect(ProblemBody(await router.respond(to: request("/one")))?.type == "/problems/nested-too-deep")
        #expect(text(await router.respond(to: request("/two"))) == "[[1]]")
    }

    @Test func `a form is read like a query`() async {
        let router = Router([
            Route(.post, "/") { .text(.ok, try $0.decodeForm().requiredString("address_string")) }
        ])
        let request = { (type: String, body: String) in
            Request(.post, "/", headers: ["Content-Type": type], body: Array(body.utf8))
        }
        let type = "application/x-www-form-urlencoded; charset=utf-8"
        #expect(text(await router.respond(to: request(type, "address_string=a+b%26"))) == "a b&")
        #expect(ProblemBody(await router.respond(to: request(type, "a=%FF")))?.type == "/problems/malformed-form")
        #expect(await router.respond(to: request("application/json", "{}")).status == 415)
    }

    @Test func `a whole number in the path is read or refused`() async {
        let router = Router([Route(.get, "/{n}") { .text(.ok, "\(try $0.integer("n", in: 1...9))") }])
        #expect(text(await router.respond(to: Request(.get, "/7"))) == "7")
        #expect(
            ProblemBody(await router.respond(to: Request(.get, "/10")))?.errors
                == [.init(parameter: "n", detail: "must be a whole number from 1 to 9")])
    }
}
