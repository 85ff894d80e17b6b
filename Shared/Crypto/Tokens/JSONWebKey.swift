import CCjose

/// One key (RFC 7517), held by cjose.
///
/// `@unchecked Sendable` holds because the key never changes once `init` has returned: cjose takes it as `const` for
/// signing and verifying and only reads the OpenSSL key inside, whose own caches OpenSSL guards with locks. cjose's
/// count of references, which is not atomic, is touched in `deinit` alone.
@safe
final class JSONWebKey: @unchecked Sendable {
    let algorithm: SigningAlgorithm
    let id: String?
    private let key: OpaquePointer

    /// Takes over `key`.
    @unsafe
    private init(_ key: OpaquePointer, id: String?, algorithm: SigningAlgorithm) {
        unsafe self.key = key
        self.id = id
        self.algorithm = algorithm
    }

    deinit {
        unsafe cjose_jwk_release(key)
    }

    enum Import {
        case key(JSONWebKey)
        /// Why it can't be used.
        case unusable(String)
    }

    /// A private key of the curve P-256, anew.
    static func generateP256() -> JSONWebKey {
        guard let key = unsafe cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nil) else {
            preconditionFailure("OpenSSL could not make a key")
        }
        return unsafe JSONWebKey(key, id: nil, algorithm: .es256)
    }

    /// What the key's own type allows, where every other member agrees.
    static func algorithm(of json: borrowing JSONObject) -> SigningAlgorithm? {
        switch (json.string("kty"), json.string("crv")) {
        case ("EC", "P-256"): .es256
        case ("RSA", _): .rs256
        default: nil
        }
    }

    /// Bits that are left over at its end are no matter here: cjose passes over them.
    private static func isWholeBase64URL(_ text: String) -> Bool {
        text.utf8.count % 4 != 1
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
                default: false
                }
            }
    }

    static func load(_ json: borrowing JSONObject, algorithm: SigningAlgorithm) -> Import {
        // cjose ends the process by an assertion over Base64url that is broken off, as by a `=`.
        for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y"] where json.has(name) {
            guard let text = json.string(name), isWholeBase64URL(text) else {
                return .unusable("its number \(name) is no Base64url without padding")
            }
        }
        guard let key = unsafe cjose_jwk_import_json(json.pointer, nil) else {
            return .unusable("its numbers are missing or no such key")
        }
        let loaded = unsafe JSONWebKey(key, id: json.string("kid"), algorithm: algorithm)
        // RFC 7518 section 3.3 asks for 2048; above 8192 a check costs more than a caller should be able to cause.
        guard algorithm != .rs256 || (2048...8192).contains(unsafe cjose_jwk_get_keysize(key, nil)) else {
            return .unusable("an RSA key has 2048 to 8192 bits")
        }
        return .key(loaded)
    }

    /// The key as JSON: its numbers, and the id that it was loaded with.
    func json(includingPrivate: Bool) -> JSONObject {
        guard let text = unsafe cjose_jwk_to_json(key, includingPrivate, nil) else {
            preconditionFailure("cjose has no memory left")
        }
        guard let object = JSONObject(parsing: unsafe takeText(text)) else {
            preconditionFailure("cjose wrote JSON it can't read")
        }
        return object
    }

    /// Whether the compact form bears a good signature of this key, by the algorithm its header names.
    func verifies(_ compact: [UInt8]) -> Bool {
        let token = unsafe compact.withUnsafeBytes { buffer in
            unsafe cjose_jws_import(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, nil)
        }
        guard let token = unsafe token else { return false }
        defer { unsafe cjose_jws_release(token) }
        return unsafe cjose_jws_verify(token, key, nil)
    }

    /// The compact form of `payload`, signed.
    func sign(_ payload: [UInt8], header: borrowing JSONObject) -> String {
        guard let token = unsafe cjose_jws_sign(key, header.pointer, payload, payload.count, nil) else {
            preconditionFailure("cjose could not sign: is this a private key?")
        }
        defer { unsafe cjose_jws_release(token) }
        var compact: UnsafePointer<CChar>?
        guard unsafe cjose_jws_export(token, &compact, nil), let compact = unsafe compact else {
            preconditionFailure("cjose has no memory left")
        }
        return unsafe String(cString: compact)
    }
}
