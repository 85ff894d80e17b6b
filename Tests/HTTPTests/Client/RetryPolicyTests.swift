import FoundationEssentials
import HTTPMessages
import Testing

@testable import HTTPClient

/// Whether and when a request is sent again: one line a case.
@Suite struct RetryPolicyTests {
    private static let policy = RetryPolicy(attempts: 3, base: .milliseconds(100), cap: .seconds(1))

    private static func failed(_ kind: ClientError.Kind, sent: Bool) -> RetryPolicy.Outcome {
        .failed(ClientError(kind, "", wasSent: sent))
    }

    @Test(
        arguments: [
            (failed(.unreachable, sent: false), false, true),  // never left: a copy does no harm
            (failed(.unreachable, sent: true), false, false),  // may have been done
            (failed(.unreachable, sent: true), true, true),
            (failed(.timeout, sent: false), false, true),
            (failed(.timeout, sent: true), false, false),
            (failed(.timeout, sent: true), true, true),
            (failed(.untrusted, sent: false), true, false),
            (failed(.forbiddenAddress, sent: false), true, false),
            (failed(.answerTooLarge, sent: true), true, false),
            (failed(.invalidRequest, sent: false), true, false),
            (failed(.closed, sent: false), true, false),
            (.answered(200, retryAfter: nil), true, false),
            (.answered(400, retryAfter: nil), true, false),
            (.answered(500, retryAfter: nil), true, false),
            (.answered(429, retryAfter: nil), false, true),  // refused unseen
            (.answered(503, retryAfter: nil), false, false),  // a proxy says so too after it has lost the answer
            (.answered(503, retryAfter: .seconds(1)), false, true),
            (.answered(503, retryAfter: nil), true, true),
            (.answered(502, retryAfter: nil), false, false),
            (.answered(502, retryAfter: nil), true, true),
            (.answered(504, retryAfter: .seconds(1)), false, false),
            (.answered(504, retryAfter: nil), true, true),
        ] as [(RetryPolicy.Outcome, Bool, Bool)])
    func `an outcome is worth another attempt or not`(outcome: RetryPolicy.Outcome, isRepeatable: Bool, again: Bool) {
        let wait = Self.policy.wait(after: outcome, attempt: 1, isRepeatable: isRepeatable, jitter: 0.5)
        #expect((wait != nil) == again)
    }

    @Test(arguments: [(1, 1.0, 100), (2, 1.0, 200), (2, 0.0, 0), (2, 0.25, 50), (5, 1.0, 1_000), (60, 1.0, 1_000)])
    func `the wait doubles up to its cap and is drawn from zero`(attempt: Int, jitter: Double, milliseconds: Int) {
        var policy = Self.policy
        policy.attempts = 100
        let wait = policy.wait(
            after: .answered(503, retryAfter: nil), attempt: attempt, isRepeatable: true, jitter: jitter)
        #expect(wait == .milliseconds(milliseconds))
    }

    @Test func `the last attempt is the last`() {
        let outcome = RetryPolicy.Outcome.answered(503, retryAfter: nil)
        #expect(Self.policy.wait(after: outcome, attempt: 2, isRepeatable: true, jitter: 1) != nil)
        #expect(Self.policy.wait(after: outcome, attempt: 3, isRepeatable: true, jitter: 1) == nil)
        #expect(RetryPolicy.never.wait(after: outcome, attempt: 1, isRepeatable: true, jitter: 1) == nil)
    }

    @Test func `a server's wish is honoured, up to the limit of our patience`() {
        let wait = { (seconds: Int) in
            Self.policy.wait(
                after: .answered(429, retryAfter: .seconds(seconds)), attempt: 1, isRepeatable: true, jitter: 1)
        }
        #expect(wait(0) == .milliseconds(100))
        #expect(wait(7) == .seconds(7))
        #expect(wait(30) == .seconds(30))
        #expect(wait(31) == nil)
    }

    @Test(
        arguments: [
            (Method.get, Fields(), true), (.put, [:], true), (.delete, [:], true), (.post, [:], false),
            (.patch, [:], false),
            (.post, ["idempotency-key": "\"7\""], true),
        ] as [(Method, Fields, Bool)])
    func `a copy does no harm by the method's meaning or by a key`(method: Method, headers: Fields, isRepeatable: Bool)
    {
        #expect(Client.Request(method, "http://x/", headers: headers).isRepeatable == isRepeatable)
    }

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero), ("99999999999999999999", .seconds(Int.max)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
    ])
    func `Retry-After is seconds or a date`(value: String, duration: Duration) {
        let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
        #expect(RetryAfter.duration(value, now: now) == duration)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Sun, 06 Nov 1994", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
    ])
    func `anything else in Retry-After is as if it were not there`(value: String) {
        #expect(RetryAfter.duration(value, now: Date()) == nil)
    }
}
