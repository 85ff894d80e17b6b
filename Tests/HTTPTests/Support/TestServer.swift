import HTTPClient
import HTTPServer

/// Lends a server on a free port, and takes it down again whatever happens.
func withServer<Result>(
    _ router: Router, _ settings: Server.Settings = Server.Settings(), _ body: (Server) async throws -> Result
) async throws -> Result {
    let server = try Server.start(router, settings)
    do {
        let result = try await body(server)
        await server.stop(grace: .seconds(1))
        return result
    } catch {
        await server.stop(grace: .zero)
        throw error
    }
}

/// Lends a client, and closes it again whatever happens.
func withClient<Result>(
    _ settings: Client.Settings = Client.Settings(), _ body: (Client) async throws -> Result
) async throws -> Result {
    let client = try Client(settings)
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

extension Server {
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}
