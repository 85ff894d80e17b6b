import Contracts

/// What deliveries are decided by.
struct DeliveryPolicy: Sendable {
    let quietHours: QuietHours
    var schedule: @Sendable (Channel) -> RetrySchedule = RetrySchedule.standard(for:)
}

extension Delivery {
    /// The delivery after an event; nil where the event changes nothing, because it is too early, or about an attempt that
    /// no longer counts.
    ///
    /// After a claim the state says what to do: `sending` is to be sent, `pending` is put off until the quiet hours end.
    func decide(_ event: DeliveryEvent, _ policy: DeliveryPolicy) -> Delivery? {
        switch event {
        case .claimed(let now, let lease): claim(at: now, lease: lease, policy)
        case .expired(let now): expire(at: now)
        case .ended(let outcome, let attempt, let now): end(outcome, attempt, at: now, policy)
        case .leaseLapsed(let attempt, let now): lapse(attempt, at: now, policy)
        case .mooted: moot()
        }
    }

    private func claim(at now: Instant, lease: Instant, _ policy: DeliveryPolicy) -> Delivery? {
        guard case .pending(let due) = state, now >= due, now < expires else { return nil }
        // Due by day, but claimed by night, as after an outage.
        let release = heldUntil(now, policy)
        if release > now { return waiting(until: release) }
        var next = self
        next.attempt += 1
        next.state = .sending(lease: lease)
        return next
    }

    private func expire(at now: Instant) -> Delivery? {
        guard case .pending = state, now >= expires else { return nil }
        return settled(failures > 0 ? .failed : .dropped, SendReason("expired"))
    }

    private func end(_ outcome: SendOutcome, _ attempt: Int, at now: Instant, _ policy: DeliveryPolicy) -> Delivery? {
        guard attempt == self.attempt else { return nil }
        switch state {
        case .settled: return nil
        case .pending:
            // The lease lapsed before the answer came; good news is still news.
            return outcome == .delivered ? settled(.delivered, nil) : nil
        case .sending: break
        }
        switch outcome {
        case .delivered: return settled(.delivered, nil)
        case .refused(let reason): return settled(.failed, reason)
        case .limited(_, let wait): return waiting(until: heldUntil(now + wait, policy))
        case .retry(let reason, let after): return retry(reason, after: after ?? .zero, at: now, policy)
        case .unknown(let reason): return lost(reason, at: now, policy)
        }
    }

    private func lapse(_ attempt: Int, at now: Instant, _ policy: DeliveryPolicy) -> Delivery? {
        guard attempt == self.attempt, case .sending = state else { return nil }
        return lost(SendReason("lease-lapsed"), at: now, policy)
    }

    private func moot() -> Delivery? {
        // What is being sent cannot be called back; its outcome decides.
        guard case .pending = state else { return nil }
        return settled(.dropped, SendReason("moot"))
    }

    private func lost(_ reason: SendReason, at now: Instant, _ policy: DeliveryPolicy) -> Delivery {
        var next = self
        next.mayHaveArrived = true
        guard channel.recognisesRepeats || afterUnknown == .sendAgain else { return next.settled(.unknown, reason) }
        return next.retry(reason, after: .zero, at: now, policy)
    }

    private func retry(_ reason: SendReason, after: Duration, at now: Instant, _ policy: DeliveryPolicy) -> Delivery {
        var next = self
        next.failures += 1
        guard let wait = policy.schedule(channel).wait(afterFailures: next.failures, of: notice) else {
            return next.settled(.failed, reason)
        }
        return next.waiting(until: next.heldUntil(now + max(wait, after), policy))
    }

    /// Not beyond its expiry: then it is looked at once more, to be settled.
    private func waiting(until due: Instant) -> Delivery {
        var next = self
        next.state = .pending(due: min(due, expires))
        return next
    }

    /// `failed` and `dropped` say that nobody was told, which is not known once an answer was missing.
    private func settled(_ state: NoticeSettled.State, _ reason: SendReason?) -> Delivery {
        var next = self
        next.state = .settled(state == .delivered || !mayHaveArrived ? state : .unknown, reason)
        return next
    }

    private func heldUntil(_ instant: Instant, _ policy: DeliveryPolicy) -> Instant {
        keepsQuietHours ? policy.quietHours.release(instant) : instant
    }
}
