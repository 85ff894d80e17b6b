import Contracts
import Testing

@testable import ServiceKit

@Suite struct ColumnKeysTests {
    private let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private let good = ["MUSTER_POSTGRES_URL": "postgres://a@127.0.0.1/b", "MUSTER_KAFKA_BOOTSTRAP": "127.0.0.1:9092"]

    private func start(_ more: [String: String], _ arguments: String...) throws(ConfigurationError) -> ServiceSettings {
        try ServiceSettings(
            .intake, environment: good.merging(more) { $1 }, arguments: arguments, hostName: "host", processID: 1)
    }

    @Test func `the first key seals, and the others still open`() throws {
        let old = try #require(ColumnKeys.cipher("1:\(key)"))
        let both = try #require(ColumnKeys.cipher("2:\(key.replacing("AAEC", with: "BBBB")),1:\(key)"))
        #expect(both.keys.current == 2 && both.keys.ids == [1, 2])
        #expect(try both.open(old.seal([7], authenticating: []), authenticating: []) == [7])
    }

    @Test(arguments: [
        "", "1", "1:", "1:AAEC", "x:AA", "70000:AA", ",", "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,1:AA",
    ])
    func `keys of another form are refused`(text: String) {
        #expect(ColumnKeys.cipher(text) == nil)
    }

    @Test func `a service does not start without keys, unless it is insecure on loopback`() throws {
        let error = #expect(throws: ConfigurationError.self) { try start(["MUSTER_JWKS_FILE": "/keys"]) }
        #expect(error?.entries.map(\.name) == ["MUSTER_COLUMN_KEYS"])
        _ = try start([:], "--insecure-dev")
        #expect(throws: ConfigurationError.self) { try start(["MUSTER_HTTP_HOST": "0.0.0.0"], "--insecure-dev") }
    }

    @Test func `an error about keys never shows them`() {
        let error = #expect(throws: ConfigurationError.self) {
            try start(["MUSTER_JWKS_FILE": "/keys", "MUSTER_COLUMN_KEYS": "1:c2VjcmV0"])
        }
        #expect(error?.entries.map(\.name) == ["MUSTER_COLUMN_KEYS"])
        #expect(error?.description.contains("c2VjcmV0") == false)
    }
}
