/// What a request asks for: path and query, decoded.
public struct Target: Sendable, Equatable {
    /// Parts of the path between slashes, each decoded after the split, so that `%2F` in a name is no slash.
    public let segments: [String]
    public let query: Query

    /// Nil for what is not well-formed: an escape without two hexadecimal digits, NUL anywhere, a control character in
    /// the path, bytes that are not UTF-8, a segment `.` or `..`, a path that does not begin with a slash.
    ///
    /// - Parameter raw: as in the request line: `/v1/findings?limit=20`. Of `http://host/path` the path counts
    ///   (RFC 9112, section 3.2.2).
    public init?(_ raw: some Sequence<UInt8>) {
        let parts = Array(raw).split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let segments = Self.segments(parts[0]), let query = Query(parts.count > 1 ? parts[1] : []) else {
            return nil
        }
        self.segments = segments
        self.query = query
    }

    private static func segments(_ raw: ArraySlice<UInt8>) -> [String]? {
        guard let path = withoutAuthority(raw) else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = percentDecoded(part), segment != ".", segment != "..",
                segment.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
            else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func withoutAuthority(_ raw: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if raw.first == UInt8(ascii: "/") { return raw }
        let text = String(decoding: raw.prefix(8), as: UTF8.self).lowercased()
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let rest = raw.dropFirst(scheme.utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return rest[slash...]
    }
}

extension Target: ExpressibleByStringLiteral {
    /// For tests.
    ///
    /// - Precondition: well-formed.
    public init(stringLiteral raw: String) {
        guard let target = Target(raw.utf8) else { preconditionFailure("not a well-formed target: \(raw)") }
        self = target
    }
}
