/// A place in a JSON document (RFC 6901), in the form for a URI's fragment: `#/photos/0/url`; `#` is the whole.
struct JSONPointer: Equatable, CustomStringConvertible {
    private(set) var tokens: [String]

    init(_ tokens: [String] = []) { self.tokens = tokens }

    init(_ path: [any CodingKey]) {
        tokens = path.map { key in key.intValue.map(String.init) ?? key.stringValue }
    }

    func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    var description: String {
        "#" + tokens.map { "/" + Self.escaped($0) }.joined()
    }

    /// `~` and `/` by RFC 6901, then what a fragment cannot hold by percent-encoding (RFC 3986, section 3.5).
    private static func escaped(_ token: String) -> String {
        var out = ""
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): out += "~0"
            case UInt8(ascii: "/"): out += "~1"
            case _ where fragmentBytes.contains(byte): out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    private static let fragmentBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._!$&'()*+,;=:@?".utf8)
}
