import HTTPClient
import HTTPServer

/// Lends a server on a free port and a client, and takes both down again.
func withServer(
    _ router: Router, _ settings: Server.Settings = Server.Settings(),
    _ body: (_ base: String, Client) async throws -> Void
) async throws {
    let server = try Server.start(settings, router)
    let client = try Client()
    let result: Result<Void, any Error>
    do { result = .success(try await body("http://127.0.0.1:\(server.port)", client)) } catch {
        result = .failure(error)
    }
    await client.close()
    await server.stop(grace: .seconds(1))
    try result.get()
}
