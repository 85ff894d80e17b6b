/// A signed token taken apart, nothing of it believed yet (RFC 7515 section 7.1).
struct CompactToken: ~Copyable {
    let algorithm: String
    let type: String?
    let keyID: String?
    private let compact: [UInt8]
    private let payload: [UInt8]
    private let signatureLength: Int

    init(_ token: String) throws(TokenError) {
        let parts = token.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("it has not three parts") }
        guard let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed("a part is not Base64url") }
        guard let header = JSONObject(parsing: header) else { throw .malformed("its header is no JSON object") }
        guard let algorithm = header.string("alg") else { throw .malformed("its header names no alg") }
        // Whatever `crit` names must be understood (RFC 7515 section 4.1.11), and no extension is.
        guard !header.has("crit") else { throw .malformed("its header has crit") }
        guard !header.has("kid") || header.string("kid") != nil else { throw .malformed("its kid is no text") }
        self.algorithm = algorithm
        self.payload = payload
        type = header.string("typ")
        keyID = header.string("kid")
        compact = Array(token.utf8)
        signatureLength = signature.count
    }

    func isSigned(with key: JSONWebKey) -> Bool {
        // cjose halves whatever length it finds: a signature padded with zeros would pass as a second one.
        guard key.algorithm != .es256 || signatureLength == 64 else { return false }
        return key.verifies(compact)
    }

    func claims() throws(TokenError) -> Claims {
        guard let json = JSONObject(parsing: payload) else { throw .malformed("its payload is no JSON object") }
        return try Claims(json)
    }
}
