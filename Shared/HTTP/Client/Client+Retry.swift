import HTTPMessages

extension Client {
    /// As many attempts as `retry` allows. Returns the last one's answer, whatever its status.
    ///
    /// - Throws: the last attempt's `ClientError`, or `CancellationError` as soon as the task is cancelled.
    public func send(_ request: Request, retry: RetryPolicy) async throws -> Response {
        var attempt = 1
        while true {
            let result: Result<Response, ClientError>
            let outcome: RetryPolicy.Outcome
            do {
                let response = try await send(request)
                result = .success(response)
                outcome = .answered(response.status, retryAfter: response.retryAfter())
            } catch let error as ClientError {
                result = .failure(error)
                outcome = .failed(error)
            }
            let wait = retry.wait(
                after: outcome, attempt: attempt, isRepeatable: request.isRepeatable, jitter: .random(in: 0...1))
            guard let wait else { return try result.get() }
            try await Task.sleep(for: wait)
            attempt += 1
        }
    }
}
