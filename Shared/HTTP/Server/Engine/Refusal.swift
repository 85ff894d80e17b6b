import HTTPMessages

/// Why the framing of a request rules it out; nil to read on.
///
/// libmicrohttpd 0.9.75 lets through what a proxy in front of us may read differently, which is how requests are smuggled
/// (RFC 9112, section 11.2): a repeated length, a space before the colon, codings other than "chunked".
func framingProblem(_ headers: Fields) -> Problem? {
    let malformed = { (detail: String) in Problem(.malformedRequest, detail: detail) }
    for field in headers.all where !field.name.utf8.allSatisfy(isTokenByte) {
        return malformed("A header field's name holds a space or another byte that is not allowed.")
    }
    let lengths = headers.values("Content-Length")
    let codings = headers.values("Transfer-Encoding")
    guard lengths.count + codings.count <= 1 else {
        return malformed("Of Content-Length and Transfer-Encoding a request may have one, and that once.")
    }
    if let length = lengths.first, length.isEmpty || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return malformed("Content-Length must be a number of bytes in decimal digits.")
    }
    if let coding = codings.first, !coding.equalsIgnoringASCIICase("chunked") {
        return Problem(.unsupportedCoding, detail: "Transfer-Encoding must be chunked.")
    }
    return nil
}

/// RFC 9110, section 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

extension Problem {
    static let shuttingDown = Problem(.shuttingDown, headers: ["Retry-After": "1"])
    static let overloaded = Problem(.overloaded, headers: ["Retry-After": "1"])
    static let timedOut = Problem(.timedOut)

    init(tooLarge limit: Int) {
        self.init(
            .contentTooLarge, detail: "The body must be at most \(limit) bytes.", members: ["limit": .integer(limit)])
    }
}
