public import HTTPServer

/// The problems that every service may answer with, beside those of the server itself.
extension ProblemType {
    public static let unauthorized = ProblemType(
        "unauthorized", 401, "The request says not who it is from, or not believably",
        meaning: "Send a token of the configured issuer that is meant for muster and has not expired.")
    public static let forbidden = ProblemType(
        "forbidden", 403, "This is not for you",
        meaning: "The person is not posted to a unit or role that may do this; `detail` says which may.")
    public static let refused = ProblemType(
        "refused", 422, "The input was not taken",
        meaning: "`code` says why, as in the receipts; `detail` says what would be right.")
    public static let conflict = ProblemType(
        "conflict", 409, "It has changed meanwhile, or the id stands for something else",
        meaning: "Read the present state and decide again, or use a new id.")
    public static let unavailable = ProblemType(
        "unavailable", 503, "The service cannot reach its database",
        meaning: "Nothing is lost: send it again with the same ids after `Retry-After` seconds.")
    public static let keyUsed = ProblemType(
        "idempotency-key-used", 422, "The Idempotency-Key was used for another request",
        meaning: "Send the request as it was, byte for byte, or this one under a key of its own.")
    public static let underWay = ProblemType(
        "request-under-way", 409, "The same request is being worked on",
        meaning: "Send it again under the same `Idempotency-Key` after `Retry-After` seconds, and get its answer.")
    public static let notHereYet = ProblemType(
        "not-here-yet", 503, "What the token names has not reached this service",
        meaning:
            "Send the read again with the same token after `Retry-After` seconds, or without it and see what is there.")

    /// All of the above, for the documents.
    static let ofServices: [ProblemType] = [
        unauthorized, forbidden, refused, conflict, unavailable, keyUsed, underWay, notHereYet,
    ]
}
