import COpenSSL

/// One AES-256-GCM operation, by OpenSSL: authenticate what is not encrypted, transform, then take or check the tag.
@safe
struct GCM: ~Copyable {
    enum Direction {
        case encrypt, decrypt
    }

    private let context: OpaquePointer

    init(key: [UInt8], nonce: [UInt8], direction: Direction) {
        precondition(key.count == 32 && nonce.count == 12)
        guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory left") }
        unsafe self.context = context
        unsafe check(EVP_CipherInit_ex2(context, Self.algorithm, key, nonce, direction == .encrypt ? 1 : 0, nil))
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    func authenticate(_ bytes: [UInt8]) {
        var written: Int32 = 0
        unsafe check(EVP_CipherUpdate(context, nil, &written, bytes, Int32(bytes.count)))
    }

    func transform(_ input: [UInt8]) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: input.count) { output, count in
            var written: Int32 = 0
            unsafe check(EVP_CipherUpdate(context, output.baseAddress, &written, input, Int32(input.count)))
            precondition(Int(written) == input.count, "GCM is a stream: as many bytes out as in")
            count = input.count
        }
    }

    func tag() -> [UInt8] {
        precondition(finish())
        return unsafe [UInt8](unsafeUninitializedCapacity: 16) { output, count in
            unsafe check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, output.baseAddress))
            count = 16
        }
    }

    func verify(tag: [UInt8]) -> Bool {
        var tag = tag
        unsafe check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag))
        return finish()
    }

    private func finish() -> Bool {
        var none: UInt8 = 0
        var written: Int32 = 0
        return unsafe EVP_CipherFinal_ex(context, &none, &written) == 1
    }

    /// `nonisolated(unsafe)` holds because an `EVP_CIPHER` never changes after it was fetched, and is never freed here.
    private nonisolated(unsafe) static let algorithm: OpaquePointer = {
        guard let fetched = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
            preconditionFailure("this OpenSSL has no AES-256-GCM: is its default provider switched off in openssl.cnf?")
        }
        return unsafe fetched
    }()
}
