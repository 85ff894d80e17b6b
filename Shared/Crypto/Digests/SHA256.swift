import COpenSSL

/// A running SHA-256 (FIPS 180-4), by OpenSSL.
///
/// `SHA256.digest(of:)` hashes what is at hand; an instance hashes what comes in pieces:
///
///     var hash = SHA256()
///     hash.update(header)
///     hash.update(body)
///     let digest = hash.finalize()
@safe
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    public init() {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("OpenSSL has no memory left") }
        unsafe self.context = context
        unsafe check(EVP_DigestInit_ex2(context, Self.algorithm, nil))
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe check(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
    }

    public mutating func update(_ bytes: [UInt8]) {
        update(bytes.span)
    }

    /// Hashes the text's UTF-8.
    public mutating func update(_ text: String) {
        update(text.utf8Span.span)
    }

    public consuming func finalize() -> Digest {
        var digest = Digest()
        unsafe digest.withUnsafeMutableBytes { unsafe check(EVP_DigestFinal_ex(context, $0, nil)) }
        return digest
    }

    public static func digest(of bytes: Span<UInt8>) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    public static func digest(of bytes: [UInt8]) -> Digest {
        digest(of: bytes.span)
    }

    /// The digest of the text's UTF-8.
    public static func digest(of text: String) -> Digest {
        digest(of: text.utf8Span.span)
    }

    /// Fetched once: `EVP_sha256()` would make every initialisation look the implementation up again.
    ///
    /// `nonisolated(unsafe)` holds because an `EVP_MD` never changes after it was fetched, and is never freed here.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let fetched = unsafe EVP_MD_fetch(nil, "SHA256", nil) else {
            preconditionFailure("this OpenSSL has no SHA256: is its default provider switched off in openssl.cnf?")
        }
        return unsafe fetched
    }()
}

extension SHA256 {
    /// The 32 bytes of a SHA-256. A value like an integer: no allocation, cheap as the key of a dictionary.
    public struct Digest: Hashable, Sendable {
        private var words = SIMD4<UInt64>()

        init() {}

        public var bytes: [UInt8] {
            unsafe withUnsafeBytes(of: words) { unsafe Array($0) }
        }

        /// 64 lower-case hexadecimal digits.
        public var hex: String {
            Hex.encode(bytes)
        }

        @unsafe
        mutating func withUnsafeMutableBytes(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
            unsafe withUnsafeMutablePointer(to: &words) { pointer in
                unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: 32) { unsafe body($0) }
            }
        }
    }
}

extension SHA256.Digest: CustomStringConvertible {
    public var description: String { hex }
}
