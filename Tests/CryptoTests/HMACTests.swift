import Crypto
import Testing

@Suite struct HMACTests {
    /// RFC 4231 test cases 1, 2 and 6; then an empty key, from Python's hmac.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `the published examples come out`(key: [UInt8], message: String, expected: String) {
        #expect(Hex.encode(HMAC.sha256(key: key, message: Array(message.utf8))) == expected)
    }

    /// As chat robots have it signed: DingTalk signs with its secret, Feishu signs nothing with all of it as the key.
    @Test func `robot signatures come out`() {
        let dingTalk = HMAC.sha256(key: Array("SECabc".utf8), message: Array("1700000000000\nSECabc".utf8))
        #expect(Base64.encode(dingTalk) == "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM=")
        let feishu = HMAC.sha256(key: Array("1700000000\nabc".utf8), message: [])
        #expect(Base64.encode(feishu) == "VIS10b0EBvzzSdFnuk4tznEmK5wHaruvf/WnViv2yR4=")
    }

    @Test func `comparison in constant time still compares`() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    }

    @Test(arguments: [0, 1, 7, 8, 12, 33])
    func `random bytes come in the number asked for`(count: Int) {
        #expect(SecureRandom.bytes(count).count == count)
    }

    @Test func `random bytes differ`() {
        #expect(Set((0..<1000).map { _ in SecureRandom.bytes(16) }).count == 1000)
    }
}
