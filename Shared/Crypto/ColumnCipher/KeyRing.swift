/// The keys that columns are encrypted with: one current, which seals, and earlier ones, which still open.
///
/// Prints as its key ids: a key never reaches a log by way of its description.
public struct KeyRing: Sendable {
    /// Stored with each value, so that a key can be replaced while its values are still there.
    public typealias KeyID = UInt16

    /// The length of every key, in bytes: AES-256.
    public static let keyLength = 32

    public let current: KeyID
    private let keys: [KeyID: [UInt8]]

    /// - Throws: when a key isn't 32 bytes long, or the current one isn't among them.
    public init(_ keys: [KeyID: [UInt8]], current: KeyID) throws(KeyRingError) {
        for (id, key) in keys.sorted(by: { $0.key < $1.key }) where key.count != Self.keyLength {
            throw .wrongLength(id, bytes: key.count)
        }
        guard keys[current] != nil else { throw .currentMissing(current, among: keys.keys.sorted()) }
        self.keys = keys
        self.current = current
    }

    public var ids: [KeyID] { keys.keys.sorted() }

    subscript(id: KeyID) -> [UInt8]? { keys[id] }
}

extension KeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "keys \(ids), current \(current)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["ids": ids, "current": current]) }
}

public enum KeyRingError: Error, Equatable, Sendable, CustomStringConvertible {
    case wrongLength(KeyRing.KeyID, bytes: Int)
    case currentMissing(KeyRing.KeyID, among: [KeyRing.KeyID])

    public var description: String {
        switch self {
        case .wrongLength(let id, let bytes):
            "key \(id) has \(bytes) bytes and must have \(KeyRing.keyLength): make one with `openssl rand -base64 32`"
        case .currentMissing(let id, let ids):
            "the current key \(id) is not among the keys \(ids): add it, or name one of them as the current one"
        }
    }
}
