import COpenSSL

/// Keyed digests (RFC 2104).
public enum HMAC {
    /// HMAC-SHA256, 32 bytes. Key and message may have any length, none included.
    public static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            var length: UInt32 = 0
            let result = unsafe COpenSSL.HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, output.baseAddress, &length)
            precondition(unsafe result != nil && length == 32, "OpenSSL failed in HMAC")
            count = 32
        }
    }
}

/// Whether both are the same bytes, in a time that depends on their length alone.
///
/// For everything an attacker may guess piece by piece: signatures, codes, tokens.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
