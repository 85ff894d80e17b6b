import Testing

@testable import Crypto

@Suite struct ColumnCipherTests {
    let old = [UInt8](0..<32)
    let new = [UInt8](32..<64)
    let row = Array("notify.contacts.phone/42".utf8)
    let phone = Array("+8613800138000".utf8)

    func cipher(_ keys: [KeyRing.KeyID: [UInt8]], current: KeyRing.KeyID) throws -> ColumnCipher {
        ColumnCipher(try KeyRing(keys, current: current))
    }

    /// The Galois/Counter Mode of Operation (McGrew, Viega), test cases 13, 14 and 16.
    @Test(arguments: [
        (String(repeating: "0", count: 64), "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        (
            String(repeating: "0", count: 64), "000000000000000000000000", "", "00000000000000000000000000000000",
            "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func `the published examples come out`(
        key: String, nonce: String, context: String, plaintext: String, ciphertext: String, tag: String
    ) throws {
        let cipher = GCM(
            key: try #require(Hex.decode(key)), nonce: try #require(Hex.decode(nonce)), direction: .encrypt)
        cipher.authenticate(try #require(Hex.decode(context)))
        let output = cipher.transform(try #require(Hex.decode(plaintext)))
        #expect(Hex.encode(output) == ciphertext)
        #expect(Hex.encode(cipher.tag()) == tag)
    }

    /// Computed with AESGCM of Python's cryptography 48, context = header and row: the layout never changes unseen.
    @Test func `a sealed value has the documented layout`() throws {
        let sealed = try cipher([7: old], current: 7)
            .seal(phone, authenticating: row, nonce: [UInt8](100..<112))
        #expect(
            Hex.encode(sealed) == "010007" + "6465666768696a6b6c6d6e6f" + "6323e8574ad166ae0f5167d8ea55"
                + "f8fcede72bf80e6ffc6df4e91bd49c5e")
        #expect(sealed.count == phone.count + ColumnCipher.overhead)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 5000])
    func `what was sealed opens`(length: Int) throws {
        let cipher = try cipher([7: old], current: 7)
        let plaintext = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = cipher.seal(plaintext, authenticating: row)
        #expect(try cipher.open(sealed, authenticating: row) == plaintext)
    }

    @Test func `the same value never looks the same`() throws {
        let cipher = try cipher([7: old], current: 7)
        #expect(Set((0..<1000).map { _ in cipher.seal(phone, authenticating: row) }).count == 1000)
    }

    @Test func `any byte changed, and any byte missing, is noticed`() throws {
        let cipher = try cipher([7: old, 6: old], current: 7)
        let sealed = cipher.seal(phone, authenticating: row)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let expected: ColumnCipherError =
                switch index {
                case 0: .notSealed
                case 1: .unknownKey(263)
                // 7 becomes 6, of which the ring knows the very same key: the header is authenticated too.
                default: .tampered
                }
            #expect(throws: expected) { try cipher.open(changed, authenticating: row) }
        }
        for length in 0..<sealed.count {
            #expect(throws: length < ColumnCipher.overhead ? .notSealed : ColumnCipherError.tampered) {
                try cipher.open(Array(sealed[..<length]), authenticating: row)
            }
        }
    }

    @Test func `a value moved to another row does not open`() throws {
        let cipher = try cipher([7: old], current: 7)
        let sealed = cipher.seal(phone, authenticating: row)
        #expect(throws: ColumnCipherError.tampered) {
            try cipher.open(sealed, authenticating: Array("notify.contacts.phone/43".utf8))
        }
    }

    @Test func `a new key seals, an old one still opens, a removed one is named`() throws {
        let sealed = try cipher([1: old], current: 1).seal(phone, authenticating: row)
        let rotated = try cipher([1: old, 2: new], current: 2)

        #expect(try rotated.open(sealed, authenticating: row) == phone)
        #expect(try rotated.isOutdated(sealed))
        #expect(try !rotated.isOutdated(rotated.seal(phone, authenticating: row)))
        #expect(throws: ColumnCipherError.unknownKey(1)) {
            try cipher([2: new], current: 2).open(sealed, authenticating: row)
        }
    }

    @Test func `a ring is refused that could not seal`() {
        #expect(throws: KeyRingError.wrongLength(2, bytes: 31)) {
            try KeyRing([1: old, 2: Array(new.dropLast())], current: 1)
        }
        #expect(throws: KeyRingError.currentMissing(3, among: [1, 2])) { try KeyRing([2: new, 1: old], current: 3) }
        #expect(throws: KeyRingError.currentMissing(1, among: [])) { try KeyRing([:], current: 1) }
    }

    @Test func `keys are not printed`() throws {
        let ring = try KeyRing([1: old, 2: new], current: 2)
        let cipher = ColumnCipher(ring)
        for printed in ["\(ring)", String(reflecting: ring), "\(cipher)", String(reflecting: cipher)] {
            #expect(printed.contains("[1, 2]") && !printed.contains("31, 32") && !printed.contains("33, 34"))
        }
        var dumped = ""
        dump(cipher, to: &dumped)
        #expect(!dumped.contains("33"))
    }
}
