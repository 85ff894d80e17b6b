import Contracts
import HTTPMessages
import HTTPServer

/// What was answered to a request with an `Idempotency-Key`, as it is kept.
struct KeyedAnswer: Sendable, Equatable {
    let status: Status
    let body: [UInt8]
    /// The token of what was written, where anything was.
    let token: String?

    init(status: Status, body: [UInt8], token: String?) {
        self.status = status
        self.body = body
        self.token = token
    }

    /// - Precondition: no stream.
    init(_ response: Response) {
        guard case .bytes(let bytes) = response.body else { preconditionFailure("a stream cannot be kept") }
        self.init(status: response.status, body: bytes, token: response.headers[WriteToken.header])
    }

    func response(isReplay: Bool) -> Response {
        let type = status.isSuccess ? "application/json" : "application/problem+json"
        var response = Response.bytes(status, type: type, body)
        response.headers[WriteToken.header] = token
        if isReplay { response.headers[Self.replayHeader] = "true" }
        return response
    }

    static let replayHeader = "Idempotency-Replayed"
}

/// A request with a key, beside the inputs of the group that it is committed with.
struct KeyedRequest: Sendable {
    let key: IdempotencyKey
    /// Which of the group's inputs are its own.
    let inputs: Range<Int>
    /// What is answered when they have these receipts.
    let answer: @Sendable ([Receipt]) throws -> KeyedAnswer
}

/// What becomes of a request with a key.
enum KeyedOutcome: Sendable {
    /// It was the first: this is kept in the transaction of its effects.
    case first(KeyedAnswer)
    case replay(KeyedAnswer)
    /// The key was used for something else.
    case otherRequest
}
