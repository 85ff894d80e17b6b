import Crypto
import Testing

@Suite struct WebhookSignerTests {
    /// The example of the Standard Webhooks libraries.
    @Test func `the published example comes out`() throws {
        let signer = try WebhookSigner(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = signer.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WebhookSecretError.noPrefix),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa", .notBase64),
        ("whsec_c2hvcnQ=", .wrongLength(bytes: 5)),
        ("whsec_", .wrongLength(bytes: 0)),
    ])
    func `a secret that is none is refused with the reason`(secret: String, expected: WebhookSecretError) {
        #expect(throws: expected) { try WebhookSigner(secret: secret) }
    }
}
