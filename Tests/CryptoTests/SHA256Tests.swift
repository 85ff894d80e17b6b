import Crypto
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 examples, from NIST's "Secure Hashing" page.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the published examples come out`(text: String, expected: String) {
        #expect(SHA256.digest(of: text).hex == expected)
        #expect(SHA256.digest(of: Array(text.utf8)).bytes == Hex.decode(expected))
    }

    @Test func `pieces hash as the whole`() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for size in [1, 63, 64, 65, 4096] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(hash.finalize() == SHA256.digest(of: bytes))
        }
    }
}
