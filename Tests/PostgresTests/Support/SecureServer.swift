import Glibc
import Testing

/// A server of its own with `ssl=on` and real certificates, in a folder that goes away with it.
///
/// A server does not run as root; where the tests do, it is started as the user `postgres`.
struct SecureServer {
    static let needs = ConditionTrait.enabled(
        "install openssl and Debian's postgresql (and runuser, as root) for the tests of TLS"
    ) {
        Shell.succeeds("command -v openssl && test -x \(program("initdb")) && test -x \(program("pg_ctl"))")
            && (getuid() != 0 || Shell.succeeds("command -v runuser && id postgres"))
    }

    let folder: String
    let port: UInt16

    /// Lends a server to `body`, and removes it.
    static func run(_ body: (SecureServer) async throws -> Void) async throws {
        let folder = try await shell("mktemp -d /tmp/muster-tls-XXXXXX").trimmingLineFeed
        let server = SecureServer(folder: folder, port: freePort())
        let result: Result<Void, any Error>
        do {
            try await server.start()
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await shell("cd \(folder); \(program("pg_ctl")) -D data -m immediate stop || true; rm -rf \(folder)")
        try result.get()
    }

    /// A connection string; the root certificate is the one that signed the server's.
    func conninfo(_ sslmode: String, host: String = "localhost", root: String = "ca") -> String {
        """
        host=\(host) hostaddr=127.0.0.1 port=\(port) user=postgres dbname=postgres \
        sslmode=\(sslmode) sslrootcert=\(folder)/\(root).crt
        """
    }

    private func start() async throws {
        try await Self.shell(
            """
            set -e; cd \(folder)
            for name in ca other; do
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                    -subj "/CN=muster test $name" -keyout $name.key -out $name.crt
            done
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
                -keyout server.key -out server.csr
            echo subjectAltName=DNS:localhost > names
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
            chmod 600 server.key; chmod 755 .
            \(Self.program("initdb")) -D data -A trust -U postgres
            \(Self.program("pg_ctl")) -D data -w -l log start -o "-p \(port) -k \(folder) -c fsync=off -c ssl=on \
                -c ssl_cert_file=\(folder)/server.crt -c ssl_key_file=\(folder)/server.key -c listen_addresses=127.0.0.1"
            """)
    }

    @discardableResult
    private static func shell(_ command: String) async throws -> String {
        let quoted = "'" + command.replacing("'", with: #"'\''"#) + "'"
        return try await Shell.run((getuid() == 0 ? "runuser -u postgres -- " : "") + "sh -c \(quoted)")
    }

    /// In the path, or where Debian puts it, the newest version first.
    private static func program(_ name: String) -> String {
        #""$(command -v \#(name) || ls -r /usr/lib/postgresql/*/bin/\#(name) | head -1)""#
    }

    private static func freePort() -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = SocketAddress.loopback(port: 0)
        guard address.withPointer({ bind(listener, $0, $1) }) == 0,
            address.update({ getsockname(listener, $0, $1) }) == 0
        else { return 0 }
        return address.port
    }
}

extension String {
    fileprivate var trimmingLineFeed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
