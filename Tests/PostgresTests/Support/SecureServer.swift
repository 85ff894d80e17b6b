import Glibc
import Postgres
import TestSupport
import Testing

/// A server of its own with `ssl=on` and real certificates, in a folder that goes away with it.
///
/// A server does not run as root; where the tests do, it is started as the user `postgres`.
struct SecureServer {
    static let needs = ConditionTrait.enabled(
        "install openssl and Debian's postgresql (and runuser, as root) for the tests of TLS"
    ) {
        Shell.succeeds("command -v openssl && test -x \(program("initdb")) && test -x \(program("postgres"))")
            && (getuid() != 0 || Shell.succeeds("command -v runuser && id postgres"))
    }

    let folder: String
    let port: UInt16

    /// Lends a server to `body`, and removes it.
    static func run(_ body: (SecureServer) async throws -> Void) async throws {
        let folder = try await Shell.run(asServer("mktemp -d /tmp/muster-tls-XXXXXX")).trimmingLineFeed
        let server = SecureServer(folder: folder, port: freePort())
        try await Shell.run(asServer(server.preparation))
        try await Shell.whileRunning(asServer(server.service)) {
            try await eventually("the server answers") {
                do {
                    await (try PostgresConnection.connect(server.conninfo("require"))).close()
                    return true
                } catch {
                    return false
                }
            }
            try await body(server)
        }
    }

    /// A connection string; the root certificate is the one that signed the server's.
    func conninfo(_ sslmode: String, host: String = "localhost", root: String = "ca") -> String {
        """
        host=\(host) hostaddr=127.0.0.1 port=\(port) user=postgres dbname=postgres \
        sslmode=\(sslmode) sslrootcert=\(folder)/\(root).crt
        """
    }

    /// Two authorities, a certificate that the first has signed, and an empty database.
    private var preparation: String {
        """
        set -e; cd \(folder); chmod 755 .
        for name in ca other; do
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                -subj "/CN=muster test $name" -keyout $name.key -out $name.crt
        done
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
            -keyout server.key -out server.csr
        echo subjectAltName=DNS:localhost > names
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
        chmod 600 server.key
        \(Self.program("initdb")) -D data -A trust -U postgres
        """
    }

    /// Serves until its standard input ends.
    private var service: String {
        """
        cd \(folder)
        \(Self.program("postgres")) -D data -p \(port) -k \(folder) -c fsync=off -c listen_addresses=127.0.0.1 \
            -c ssl=on -c ssl_cert_file=\(folder)/server.crt -c ssl_key_file=\(folder)/server.key > log 2>&1 &
        cat > /dev/null
        kill -INT $!; wait
        rm -rf \(folder)
        """
    }

    /// The command as the user whom a server may run as.
    private static func asServer(_ command: String) -> String {
        (getuid() == 0 ? "runuser -u postgres -- " : "") + "sh -c '" + command.replacing("'", with: #"'\''"#) + "'"
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
