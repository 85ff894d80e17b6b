import FoundationEssentials
import Glibc
import HTTPClient
import HTTPMessages
import Testing

private let openssl = "/usr/bin/openssl"

/// Whom the client trusts, against OpenSSL's own test server.
@Suite(.enabled(if: access(openssl, X_OK) == 0, "needs the openssl command: apt-get install openssl"))
struct ClientTLSTests {
    /// Lends a server for `localhost` and the file with its certificate, which nobody has signed but itself.
    private func withTLSServer(_ body: (_ port: String, _ certificate: String) async throws -> Void) async throws {
        let folder = "/tmp/http-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try makeCertificate(in: folder, name: "server")
        let server = try await onThread {
            let server = try Subprocess(
                openssl,
                ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key", folder + "/server.key"])
            return Lent(server, port: try server.line(after: "ACCEPT 127.0.0.1:"))
        }
        try await body(server.port, certificate)
        _ = server
    }

    /// Only carried from the thread that started it.
    private final class Lent: @unchecked Sendable {
        let server: Subprocess
        let port: String

        init(_ server: Subprocess, port: String) { (self.server, self.port) = (server, port) }
    }

    private func makeCertificate(in folder: String, name: String) throws -> String {
        let certificate = "\(folder)/\(name).pem"
        try Subprocess.run(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/\(name).key",
                "-out", certificate,
            ])
        return certificate
    }

    private func outcome(_ url: String, trusting authorities: String?) async throws -> Result<Status, ClientError> {
        var settings = Client.Settings()
        settings.authorities = authorities
        return try await withClient(settings) { client in
            do {
                return .success(try await client.send(.init(.get, url)).status)
            } catch let error as ClientError {
                return .failure(error)
            }
        }
    }

    private func kind(_ result: Result<Status, ClientError>) -> ClientError.Kind? {
        if case .failure(let error) = result { error.kind } else { nil }
    }

    @Test func `a server whose authority is not the system's is not trusted`() async throws {
        try await withTLSServer { port, _ in
            let result = try await outcome("https://localhost:\(port)/", trusting: nil)
            #expect(kind(result) == .untrusted)
        }
    }

    @Test func `a server is trusted by the file of authorities that is set`() async throws {
        try await withTLSServer { port, certificate in
            let result = try await outcome("https://localhost:\(port)/", trusting: certificate)
            #expect(result == .success(.ok))
        }
    }

    @Test func `a certificate for another name is not trusted`() async throws {
        try await withTLSServer { port, certificate in
            let result = try await outcome("https://127.0.0.1:\(port)/", trusting: certificate)
            #expect(kind(result) == .untrusted)
        }
    }

    @Test func `another authority's server is not trusted`() async throws {
        try await withTLSServer { port, certificate in
            let folder = String(certificate.dropLast("/server.pem".count))
            let other = try makeCertificate(in: folder, name: "other")
            let result = try await outcome("https://localhost:\(port)/", trusting: other)
            #expect(kind(result) == .untrusted)
        }
    }

    @Test func `a file of authorities that is missing trusts nobody`() async throws {
        try await withTLSServer { port, _ in
            let result = try await outcome("https://localhost:\(port)/", trusting: "/nonexistent.pem")
            #expect(kind(result) == .untrusted)
        }
    }
}
