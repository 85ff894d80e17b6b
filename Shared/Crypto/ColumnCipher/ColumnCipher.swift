import COpenSSL

/// Encrypts single values of a database column with AES-256-GCM (NIST SP 800-38D).
///
/// A sealed value is, in this order: version (1 byte, 1), key id (2 bytes, big-endian), nonce (12), ciphertext (as long
/// as the plaintext), tag (16). What the value belongs to (schema, column, row) is given as `context` and authenticated
/// with it, so that a value copied into another row or column doesn't open there. Nonces are random: a key must be
/// replaced before it has sealed 2³² values.
@safe
public struct ColumnCipher: Sendable {
    /// How many bytes a sealed value is longer than its plaintext.
    public static let overhead = headerLength + nonceLength + tagLength

    private static let version: UInt8 = 1
    private static let headerLength = 3
    private static let nonceLength = 12
    private static let tagLength = 16

    public let keys: KeyRing

    public init(_ keys: KeyRing) {
        self.keys = keys
    }

    /// Encrypts with the current key.
    public func seal(_ plaintext: [UInt8], authenticating context: [UInt8]) -> [UInt8] {
        seal(plaintext, authenticating: context, nonce: SecureRandom.bytes(Self.nonceLength))
    }

    /// - Throws: ``ColumnCipherError``; none of its cases passes by trying again.
    public func open(_ sealed: [UInt8], authenticating context: [UInt8]) throws(ColumnCipherError) -> [UInt8] {
        let id = try Self.keyID(of: sealed)
        guard let key = keys[id] else { throw .unknownKey(id) }
        let (header, rest) = sealed.split(at: Self.headerLength)
        let (nonce, encrypted) = rest.split(at: Self.nonceLength)
        let (ciphertext, tag) = encrypted.split(at: encrypted.count - Self.tagLength)
        let cipher = GCM(key: key, nonce: Array(nonce), direction: .decrypt)
        cipher.authenticate(Array(header))
        cipher.authenticate(context)
        let plaintext = cipher.transform(Array(ciphertext))
        guard cipher.verify(tag: Array(tag)) else { throw .tampered }
        return plaintext
    }

    /// What every value begins with that the current key sealed: version and key id.
    public var currentPrefix: [UInt8] {
        [Self.version, UInt8(keys.current >> 8), UInt8(truncatingIfNeeded: keys.current)]
    }

    /// Whether a value should be sealed again since its key is no longer the current one.
    public func isOutdated(_ sealed: [UInt8]) throws(ColumnCipherError) -> Bool {
        try Self.keyID(of: sealed) != keys.current
    }

    /// The nonce is a parameter for test vectors alone: the same one twice under one key gives both plaintexts away.
    func seal(_ plaintext: [UInt8], authenticating context: [UInt8], nonce: [UInt8]) -> [UInt8] {
        guard let key = keys[keys.current] else { preconditionFailure("a key ring always holds its current key") }
        let header = currentPrefix
        let cipher = GCM(key: key, nonce: nonce, direction: .encrypt)
        cipher.authenticate(header)
        cipher.authenticate(context)
        return header + nonce + cipher.transform(plaintext) + cipher.tag()
    }

    private static func keyID(of sealed: [UInt8]) throws(ColumnCipherError) -> KeyRing.KeyID {
        guard sealed.count >= overhead, sealed[0] == version else { throw .notSealed }
        return KeyRing.KeyID(sealed[1]) << 8 | KeyRing.KeyID(sealed[2])
    }
}

public enum ColumnCipherError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Too short for a sealed value, or of a version that this code does not know.
    case notSealed
    /// Sealed with a key that the ring no longer (or not yet) holds.
    case unknownKey(KeyRing.KeyID)
    /// The bytes, or what they were bound to, are not those that were sealed.
    case tampered

    public var description: String {
        switch self {
        case .notSealed: "the value is not one that was sealed here: was the column written by something else?"
        case .unknownKey(let id): "the value needs key \(id): add it to the key ring, beside the current one"
        case .tampered: "the value was changed, or moved from another row or column, after it was sealed"
        }
    }
}

extension RandomAccessCollection where Index == Int {
    fileprivate func split(at offset: Int) -> (SubSequence, SubSequence) {
        (prefix(offset), dropFirst(offset))
    }
}
