import Testing

@testable import Kafka

/// What is believed of errors that contradict each other.
struct ContactTests {
    private let stranger = KafkaError(
        kind: .transport, name: "_TRANSPORT",
        message: "localhost:1/bootstrap: Disconnected while requesting ApiVersion",
        isRetryable: true)
    private let nobody = KafkaError(
        kind: .transport, name: "_TRANSPORT", message: "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed",
        isRetryable: true)
    private let start = ContinuousClock.now

    @Test func `before anything has worked, one address where nobody listens does not hide what another said`() {
        var heard = Contact.Heard()
        heard.hear(stranger, at: start)
        heard.hear(nobody, at: start + .seconds(59))
        #expect(heard.last?.error == stranger)
        // and not for ever
        heard.hear(nobody, at: start + .seconds(60))
        #expect(heard.last?.error == nobody)
    }

    @Test func `once the settings have worked, the latest error is the cause`() {
        var heard = Contact.Heard()
        heard.succeeded()
        #expect(heard.last == nil)
        heard.hear(stranger, at: start)
        heard.hear(nobody, at: start + .seconds(1))
        #expect(heard.last?.error == nobody)
    }

    @Test func `a connection that ends after it was let in says nothing of the settings`() {
        var heard = Contact.Heard()
        heard.hear(
            KafkaError(
                kind: .transport, name: "_TRANSPORT", message: "localhost:1/1: Disconnected (after 9ms in state UP)",
                isRetryable: true), at: start)
        #expect(heard.last == nil)
    }
}
