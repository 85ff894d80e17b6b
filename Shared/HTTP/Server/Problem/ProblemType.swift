public import HTTPMessages

/// A kind of problem, as a client's program tells it from others: by `uri`, never by the texts.
///
/// A service declares its own beside these; the page under `uri` explains each.
public struct ProblemType: Sendable, Hashable {
    /// Last part of the URI: lower case words with hyphens.
    public let slug: String
    public let status: Status
    /// One line for people, the same for each occurrence.
    public let title: String
    /// What it means and what the caller can do, for the documentation.
    public let meaning: String

    public init(_ slug: String, _ status: Status, _ title: String, meaning: String) {
        precondition(
            !slug.isEmpty
                && slug.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d },
            "a problem's slug is lower case words with hyphens, not \(slug)")
        self.slug = slug
        self.status = status
        self.title = title
        self.meaning = meaning
    }

    /// A URI reference, relative to the service that answered.
    public var uri: String { "/problems/\(slug)" }
}
