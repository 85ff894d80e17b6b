import Contracts
import Foundation
import TestSupport
import Testing

/// A Postgres and a Kafka of a test's own that take nobody without TLS, and every secret for them in a file.
struct SecureServers {
    let bootstrap: String
    private let port: Int
    /// What infra/dev/certificates made, and the passwords.
    private let certificates: URL

    static let needs = ConditionTrait.enabled(
        "needs openssl and, for servers of its own, an Apache Kafka in KAFKA_HOME or lent (MUSTER_SHARED)"
    ) {
        let variables = ProcessInfo.processInfo.environment
        let lent = (variables["MUSTER_SHARED"] ?? OwnServers.root.appending(path: "../shared").path) + "/kafka/kafka"
        let home = (variables["KAFKA_HOME"] ?? "") + "/bin/kafka-server-start.sh"
        let folders = (variables["PATH"] ?? "").split(separator: ":")
        let hasOpenSSL = folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }
        return hasOpenSSL && [lent, home].contains { FileManager.default.isExecutableFile(atPath: $0) }
    }

    init(_ servers: OwnServers, in folder: URL) async throws {
        let certificates = folder.appending(path: "certificates")
        try servers.makeCertificates(in: certificates)
        async let kafka = Program.aside { try servers.up(.kafka, certificates: certificates) }
        let given = try await Program.aside { try servers.up(.postgres, certificates: certificates) }
        let server = try #require(URLComponents(string: given))
        port = try #require(server.port)
        self.certificates = certificates
        bootstrap = try await kafka
        // Some end with a line feed, as files from an editor do.
        let secrets = [
            "admin.password": server.password ?? "", "role.password": UUID().uuidString + "\n",
            "wrong.password": "not-the-password\n", "column.keys": Deployment.columnKeys + "\n",
        ]
        for (name, text) in secrets { try Data(text.utf8).write(to: certificates.appending(path: name)) }
    }

    /// The path of a certificate or a secret.
    func file(_ name: String) -> String { certificates.appending(path: name).path }

    func url(
        _ role: String, database: String = "muster", host: String = "localhost", authority: String = "ca.crt"
    ) -> String {
        "postgres://\(role)@\(host):\(port)/\(database)?sslmode=verify-full&sslrootcert=\(file(authority))"
    }

    /// How Kafka is reached.
    var kafka: [String: String] {
        [
            "MUSTER_KAFKA_BOOTSTRAP": bootstrap, "MUSTER_KAFKA_SECURITY": "sasl_ssl", "MUSTER_KAFKA_CA": file("ca.crt"),
            "MUSTER_KAFKA_CERTIFICATE": file("client.crt"), "MUSTER_KAFKA_KEY": file("client.key"),
            "MUSTER_KAFKA_SASL_MECHANISM": "PLAIN", "MUSTER_KAFKA_SASL_USER": "muster",
            "MUSTER_KAFKA_SASL_PASSWORD_FILE": file("kafka.password"),
        ]
    }

    /// For `muster`, as whom the server was made by.
    var admin: [String: String] {
        var admin = [
            "MUSTER_POSTGRES_URL": url("postgres"), "MUSTER_POSTGRES_PASSWORD_FILE": file("admin.password"),
        ]
        for service in ServiceName.allCases {
            admin["MUSTER_\(service.rawValue.uppercased())_PASSWORD_FILE"] = file("role.password")
        }
        return admin.merging(kafka) { $1 }
    }

    func environment(of service: ServiceName, keySet: String) -> [String: String] {
        kafka.merging([
            "MUSTER_POSTGRES_URL": url("muster_\(service.rawValue)"),
            "MUSTER_POSTGRES_PASSWORD_FILE": file("role.password"), "MUSTER_COLUMN_KEYS_FILE": file("column.keys"),
            "MUSTER_JWKS_FILE": keySet,
        ]) { $1 }
    }

    /// Which secrets a text gives away, by the names of their files.
    func secrets(in text: String) -> [String] {
        ["admin.password", "role.password", "wrong.password", "kafka.password", "column.keys"].filter { name in
            let secret = (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? ""
            return text.contains(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}

extension OwnServers {
    func makeCertificates(in folder: URL) throws { try runScript("certificates", [folder.path]) }

    /// Starts a server that takes nobody without TLS.
    func up(_ server: Server, certificates: URL) throws -> String {
        let options = server == .postgres ? ["--fast"] : []
        return try run(server, ["up", "--tls", certificates.path] + options)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
