import Contracts
import Foundation
import Testing

@testable import ServiceKit

/// How Kafka and Postgres are reached: by values, by files, and what is refused.
struct ConnectionSettingsTests {
    private func start(_ more: [String: String]) throws(ConfigurationError) -> ServiceSettings {
        let good = ["MUSTER_POSTGRES_URL": "postgres://a@127.0.0.1/b", "MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092"]
        return try ServiceSettings(
            .intake, environment: good.merging(more) { $1 }, arguments: ["--insecure-dev"], hostName: "host",
            processID: 1)
    }

    private func faults(_ more: [String: String]) -> [String] {
        do throws(ConfigurationError) {
            _ = try start(more)
            return []
        } catch { return error.entries.map(\.name) }
    }

    /// Lends files by their names.
    private func withFiles(_ files: [String: String], _ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try body(folder)
    }

    @Test func `how long a broker may wait is a setting of every reader`() throws {
        #expect(try start([:]).kafka["fetch.wait.max.ms"] == "100")
        #expect(try start(["MUSTER_KAFKA_FETCH_WAIT_MS": "10"]).kafka["fetch.wait.max.ms"] == "10")
        #expect(faults(["MUSTER_KAFKA_FETCH_WAIT_MS": "0"]) == ["MUSTER_KAFKA_FETCH_WAIT_MS"])
    }

    @Test func `every secret may be in a file, and a line feed at its end is none of it`() throws {
        let key = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let files = [
            "url": "postgres://a@127.0.0.1/b\n", "postgres": "it's \\ secret\n", "kafka": "s3cret\r\n",
            "keys": key + "\n",
            "key": "-----BEGIN PRIVATE KEY-----\n", "certificate": "-----BEGIN CERTIFICATE-----\n", "opens": "sesame\n",
        ]
        try withFiles(files) { folder in
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let settings = try ServiceSettings(
                .intake,
                environment: [
                    "MUSTER_POSTGRES_URL_FILE": path("url"), "MUSTER_POSTGRES_PASSWORD_FILE": path("postgres"),
                    "MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092", "MUSTER_KAFKA_SECURITY": "SASL_SSL",
                    "MUSTER_KAFKA_CERTIFICATE": path("certificate"), "MUSTER_KAFKA_KEY": path("key"),
                    "MUSTER_KAFKA_KEY_PASSWORD_FILE": path("opens"), "MUSTER_KAFKA_SASL_MECHANISM": "scram-sha-512",
                    "MUSTER_KAFKA_SASL_USER": "intake", "MUSTER_KAFKA_SASL_PASSWORD_FILE": path("kafka"),
                    "MUSTER_COLUMN_KEYS_FILE": path("keys"),
                ], arguments: ["--insecure-dev"], hostName: "host", processID: 1)
            #expect(settings.kafka["sasl.password"] == "s3cret")
            #expect(settings.kafka["sasl.mechanism"] == "SCRAM-SHA-512")
            #expect(settings.kafka["security.protocol"] == "sasl_ssl")
            #expect(settings.kafka["ssl.key.password"] == "sesame")
            #expect(settings.postgresURL.contains(#"password='it\'s \\ secret'"#))
            #expect(settings.cipher.keys.ids == [1])
        }
    }

    @Test(arguments: [
        "MUSTER_POSTGRES_URL", "MUSTER_POSTGRES_PASSWORD", "MUSTER_KAFKA_SASL_PASSWORD", "MUSTER_KAFKA_KEY_PASSWORD",
        "MUSTER_COLUMN_KEYS",
    ])
    func `a file that cannot be read is named, and nothing else is said of its setting`(name: String) {
        var environment = ["MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092", name + "_FILE": "/nowhere/secret"]
        if name != "MUSTER_POSTGRES_URL" { environment["MUSTER_POSTGRES_URL"] = "postgres://a@127.0.0.1/b" }
        if name == "MUSTER_KAFKA_SASL_PASSWORD" {
            environment.merge([
                "MUSTER_KAFKA_SECURITY": "sasl_ssl", "MUSTER_KAFKA_SASL_MECHANISM": "PLAIN",
                "MUSTER_KAFKA_SASL_USER": "a",
            ]) { $1 }
        }
        let error = #expect(throws: ConfigurationError.self) {
            try ServiceSettings(
                .intake, environment: environment, arguments: ["--insecure-dev"], hostName: "host", processID: 1)
        }
        #expect(error?.entries.map(\.name) == [name + "_FILE"])
        #expect(error?.description.contains("/nowhere/secret") == true)
    }

    @Test func `a password in the URI goes before the other`() throws {
        let settings = try start([
            "MUSTER_POSTGRES_URL": "postgres://a:mine@127.0.0.1/b", "MUSTER_POSTGRES_PASSWORD": "other",
        ])
        #expect(settings.postgresURL == "postgres://a:mine@127.0.0.1/b")
    }

    @Test func `what would do nothing or cannot work is refused at the start`() throws {
        #expect(faults(["MUSTER_POSTGRES_URL": "host=a port"]) == ["MUSTER_POSTGRES_URL"])
        #expect(faults(["MUSTER_KAFKA_SECURITY": "tls"]) == ["MUSTER_KAFKA_SECURITY"])
        #expect(faults(["MUSTER_KAFKA_SASL_USER": "a"]) == ["MUSTER_KAFKA_SECURITY"])
        #expect(
            faults(["MUSTER_KAFKA_SECURITY": "sasl_ssl"])
                == ["MUSTER_KAFKA_SASL_USER", "MUSTER_KAFKA_SASL_PASSWORD", "MUSTER_KAFKA_SASL_MECHANISM"])
        #expect(faults(["MUSTER_KAFKA_SECURITY": "ssl", "MUSTER_KAFKA_CA": "/nowhere"]) == ["MUSTER_KAFKA_CA"])
        try withFiles(["certificate": "-----BEGIN CERTIFICATE-----", "other": "something"]) { folder in
            let certificate = folder.appending(path: "certificate").path
            #expect(faults(["MUSTER_KAFKA_CA": certificate]) == ["MUSTER_KAFKA_SECURITY"])
            #expect(
                faults(["MUSTER_KAFKA_SECURITY": "ssl", "MUSTER_KAFKA_CERTIFICATE": certificate])
                    == ["MUSTER_KAFKA_KEY"])
            #expect(
                faults(["MUSTER_KAFKA_SECURITY": "ssl", "MUSTER_KAFKA_CA": folder.appending(path: "other").path])
                    == ["MUSTER_KAFKA_CA"])
            #expect(faults(["MUSTER_KAFKA_SECURITY": "ssl", "MUSTER_KAFKA_CA": certificate]) == [])
        }
    }
}
