public import HTTPMessages

/// A request that is over, for metrics. Nothing in it was chosen freely by a client, so each part is fit for a label.
public struct Observation: Sendable, Equatable {
    /// The route's pattern, or `unmatched`: never the path, whose number has no bound.
    public var route: String
    /// One of the standard methods, or `other`.
    public var method: String
    /// What was answered; 499, as nginx has it, when the client left or was cut off before an answer was begun.
    public var status: Status
    /// From the headers until the answer's last byte was sent.
    public var duration: Duration
    /// Of the body.
    public var bytesIn: Int
}
