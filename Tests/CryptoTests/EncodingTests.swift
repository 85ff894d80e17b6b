import Crypto
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 section 10.
    static let vectors = [
        ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"), ("foobar", "Zm9vYmFy", "666f6f626172"),
    ]

    @Test(arguments: vectors)
    func `the RFC's examples go both ways`(text: String, base64: String, hex: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == base64)
        #expect(Base64.decode(base64) == bytes)
        #expect(Hex.encode(bytes) == hex)
        #expect(Hex.decode(hex) == bytes)
    }

    @Test func `base64url has its own two characters and no padding`() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE, 0xFF]) == "-__-_w")
        #expect(Base64URL.decode("-__-_w") == [0xFB, 0xFF, 0xFE, 0xFF])
        #expect(Base64.encode([0xFB, 0xFF, 0xFE, 0xFF]) == "+//+/w==")
    }

    @Test func `every length and byte survives`() {
        for length in 0...67 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Zm9v====", "=", "====", "Z===", "Zm=v", "Zm 8=", "Zm8=\n",
        "Zm-_",
        "Zg==Zg==", "Zmé=",
    ])
    func `base64 that nobody would have written is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "Zm9vY", "Zm8=", "+/", "Zm 8", "Zm8\n", "A", "AAAAA"])
    func `base64url that nobody would have written is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "00 ", "é"])
    func `what is not hexadecimal is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `hexadecimal may be upper case`() {
        #expect(Hex.decode("DEADbeef") == [0xDE, 0xAD, 0xBE, 0xEF])
    }
}
