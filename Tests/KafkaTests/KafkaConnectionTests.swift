import Kafka
import Synchronization
import Testing

struct `A connection` {
    @Test func `in the clear needs no more than addresses`() {
        #expect(
            KafkaConnection(bootstrap: "a:9092,b:9092").settings
                == ["bootstrap.servers": "a:9092,b:9092", "security.protocol": "plaintext"])
    }

    @Test func `over TLS with a certificate and a password becomes librdkafka's settings`() {
        let connection = KafkaConnection(
            bootstrap: "a:9093",
            security: .tls(ca: "ca.pem", certificate: "me.pem", key: "me.key", keyPassword: "shut"),
            sasl: .init(.scramSHA512, username: "intake", password: "secret"))
        #expect(
            connection.settings == [
                "bootstrap.servers": "a:9093", "security.protocol": "sasl_ssl", "ssl.ca.location": "ca.pem",
                "ssl.certificate.location": "me.pem", "ssl.key.location": "me.key", "ssl.key.password": "shut",
                "ssl.endpoint.identification.algorithm": "https",
                "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "intake", "sasl.password": "secret",
            ])
    }

    @Test(arguments: [
        (KafkaConnection(bootstrap: "a", security: .tls()), "ssl"),
        (KafkaConnection(bootstrap: "a", sasl: .init(.plain, username: "u", password: "p")), "sasl_plaintext"),
    ])
    func `names its protocol`(connection: KafkaConnection, protocol: String) {
        #expect(connection.settings["security.protocol"] == `protocol`)
    }

    @Test func `says how long a broker may wait to those alone who fetch`() async throws {
        let connection = KafkaConnection(bootstrap: "127.0.0.1:1", fetchWait: .milliseconds(20))
        #expect(connection.settings["fetch.wait.max.ms"] == "20")
        // librdkafka writes a line of each setting that a client cannot use
        let lines = Mutex<[String]>([])
        var observer = Producer.Observer()
        observer.onLog = { line in lines.withLock { $0.append(line.facility) } }
        let producer = try Producer(connection.settings, observer: observer)
        await producer.close()
        #expect(!lines.withLock { $0 }.contains("CONFWARN"))
    }

    @Test func `is described without its password`() {
        let connection = KafkaConnection(
            bootstrap: "a:9093", security: .tls(keyPassword: "shut"),
            sasl: .init(.plain, username: "intake", password: "secret"))
        #expect("\(connection)" == "a:9093 as intake over TLS")
        #expect(!String(reflecting: connection.sasl).contains("secret"))
        #expect(!String(reflecting: connection.security).contains("shut"))
    }

    @Test func `is refused where a file does not exist`() {
        let connection = KafkaConnection(bootstrap: "a:9093", security: .tls(ca: "nowhere.pem"))
        let error = #expect(throws: KafkaError.self) {
            try Producer(connection.settings.merging(["log_level": "0"]) { $1 })
        }
        #expect(error?.kind == .configuration)
        #expect(error?.message.hasPrefix("ssl.ca.location failed") == true)
    }
}
