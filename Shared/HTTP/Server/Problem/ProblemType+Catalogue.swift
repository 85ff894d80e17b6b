/// The problems that the server itself answers with.
extension ProblemType {
    public static let malformedRequest = ProblemType(
        "malformed-request", 400, "The request is not well-formed HTTP",
        meaning: "The request's framing is ambiguous or broken, so nothing after it can be trusted. Fix the client.")
    public static let malformedTarget = ProblemType(
        "malformed-target", 400, "The path or query is not well-formed",
        meaning: "A percent-escape is incomplete, stands for NUL, or the text is not UTF-8. Encode it again.")
    public static let invalidParameter = ProblemType(
        "invalid-parameter", 400, "A parameter is missing or out of range",
        meaning: "`errors` names the parameter and what it may be.")
    public static let malformedJSON = ProblemType(
        "malformed-json", 400, "The body is not JSON",
        meaning: "The body breaks the grammar of RFC 8259; `errors` says at which byte.")
    public static let malformedForm = ProblemType(
        "malformed-form", 400, "The body is not a well-formed form",
        meaning: "The body does not follow its content type; `detail` says what is wrong.")
    public static let invalidUTF8 = ProblemType(
        "invalid-utf8", 400, "The body is not UTF-8",
        meaning: "JSON is UTF-8 (RFC 8259, section 8.1); `errors` says at which byte it is not.")
    public static let nestedTooDeep = ProblemType(
        "nested-too-deep", 400, "The body is nested too deep",
        meaning: "Arrays and objects lie inside one another further than this resource takes.")
    public static let missingMember = ProblemType(
        "missing-member", 422, "A member of the body is missing",
        meaning: "`errors` has a pointer to the member that must be there.")
    public static let wrongType = ProblemType(
        "wrong-type", 422, "A member of the body has the wrong type",
        meaning: "`errors` has a pointer to the member, says what it is and what it must be.")
    public static let invalidValue = ProblemType(
        "invalid-value", 422, "A member of the body has a value that is not allowed",
        meaning: "`errors` has a pointer to the member and says what is allowed.")
    public static let notFound = ProblemType(
        "not-found", 404, "No such resource", meaning: "The path names nothing here. See /openapi.json.")
    public static let methodNotAllowed = ProblemType(
        "method-not-allowed", 405, "The resource does not take this method",
        meaning: "The header `Allow` lists the methods it takes.")
    public static let contentTooLarge = ProblemType(
        "content-too-large", 413, "The body is too large",
        meaning: "`limit` is the most bytes this resource takes. Split the upload.")
    public static let targetTooLong = ProblemType(
        "target-too-long", 414, "The URL is too long", meaning: "Send long conditions in a body.")
    public static let unsupportedMediaType = ProblemType(
        "unsupported-media-type", 415, "The body has a type that is not taken here",
        meaning: "`detail` says what the header `Content-Type` must be.")
    public static let headersTooLarge = ProblemType(
        "headers-too-large", 431, "The header fields are too large", meaning: "Send fewer or shorter header fields.")
    public static let unsupportedCoding = ProblemType(
        "unsupported-coding", 501, "The transfer coding is not supported",
        meaning: "Of the transfer codings only `chunked` is taken.")
    public static let overloaded = ProblemType(
        "overloaded", 429, "Too many requests at once",
        meaning: "The service is at its limit and did nothing. Send the request again after `Retry-After` seconds.")
    public static let shuttingDown = ProblemType(
        "shutting-down", 503, "The service is stopping",
        meaning: "Send the request again after `Retry-After` seconds; another replica may take it.")
    public static let timedOut = ProblemType(
        "timed-out", 504, "The answer took too long",
        meaning: "Whether it was done is unknown. Send it again with the same `Idempotency-Key`.")
    public static let internalError = ProblemType(
        "internal-error", 500, "The service failed",
        meaning: "Whether it was done is unknown. The service's log has the reason.")

    /// All of the above, for the documentation.
    public static let catalogue: [ProblemType] = [
        malformedRequest, malformedTarget, invalidParameter, malformedJSON, malformedForm, invalidUTF8, nestedTooDeep,
        missingMember,
        wrongType, invalidValue, notFound, methodNotAllowed, contentTooLarge, targetTooLong, unsupportedMediaType,
        headersTooLarge, unsupportedCoding, overloaded, shuttingDown, timedOut, internalError,
    ]
}
