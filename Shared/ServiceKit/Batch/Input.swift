public import Contracts
import Crypto

/// One thing that a service is told, by whichever way it came.
///
/// A class, though it is a value: a batch hands it on a dozen times, and a copy would count the references of all that it holds.
public final class Input<Command: Sendable>: Sendable {
    public enum Origin: Sendable, Hashable {
        case topic(String, partition: Int32, offset: Int64)
        /// `route` names the stage in the reconciliation, such as `POST /v1/findings`.
        case http(route: String)
        case timer
    }

    public let envelope: EventEnvelope
    public let command: Command
    /// SHA-256 of what it says, to tell a repeat from another thing under the same id.
    public let digest: [UInt8]
    public let origin: Origin
    public let key: [UInt8]?
    /// When the broker took it, in the city's time: nil where nobody but the sender says so, and over HTTP, where it is now.
    public let arrival: Instant?

    public init(
        envelope: EventEnvelope, command: Command, digest: [UInt8], origin: Origin, key: [UInt8]? = nil,
        arrival: Instant? = nil
    ) {
        self.envelope = envelope
        self.command = command
        self.digest = digest
        self.origin = origin
        self.key = key
        self.arrival = arrival
    }

    var inputKey: InputKey { InputKey(source: envelope.source, id: envelope.id) }
}

/// What makes an input the same as another.
struct InputKey: Hashable, Sendable {
    let source: String
    let id: String
}

/// What becomes of a fresh input.
public enum Verdict: Sendable, Hashable {
    /// Stored; `result` is the id of what it made.
    case taken(result: EventID?)
    case refused(Refusal)
    /// It names something that the directory may bring any moment: tried again for a while.
    case early(Refusal)
}

/// The digest of what an input says: of its type, when it happened, who did it, and its data as canonical JSON, so that
/// the two ways in give the same.
public enum InputDigest {
    public static func of(_ envelope: EventEnvelope, data: [UInt8]) -> [UInt8] {
        let head = "\(envelope.type)\u{0}\(envelope.time)\u{0}\(envelope.actor?.text ?? "")\u{0}"
        return SHA256.digest(of: Array(head.utf8) + data).bytes
    }
}
