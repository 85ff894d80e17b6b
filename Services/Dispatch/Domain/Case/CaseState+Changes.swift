import Contracts

extension CaseState {
    /// The state after a change. Everything a case is follows from its changes in order.
    ///
    /// - Parameters:
    ///   - time: when the change happened.
    ///   - policy: for the clocks that a change winds up anew.
    mutating func apply(_ change: CaseChange, at time: Instant, _ policy: CasePolicy) {
        version = change.payload.sequence
        switch change {
        // `init(opened:)` has made the state of it.
        case .opened: break
        case .joined(let event): join(event)
        case .joinedTo(let event):
            joinedTo = event.into
            end()
        case .split(let event): split(event, at: time, policy.calendar)
        case .parted(let event):
            members.removeAll { $0 == event.from }
            reporters.removeAll { event.reporters.contains($0) }
        case .accepted(let event):
            status = .accepted
            give(to: event.owner)
            passes = 0
        case .started:
            status = .inHand
            startedAt = time
        case .handedOver(let event):
            status = .assigned
            give(to: event.to)
            handOvers = event.count
            passes += 1
            setAccept(event.acceptBy, from: time, policy.calendar)
        case .reclassified(let event):
            handling = event.to
            limits = policy.triage.limits(handling: event.to, severity: severity)
            setResolve(event.resolveBy, from: time, policy.calendar)
        case .corrected(let event): correct(event, at: time, policy)
        case .paused, .resumed, .extensionAsked, .extensionDecided, .rescheduled, .warned:
            applyDeadlines(change, at: time, policy)
        case .resolved(let event):
            status = .resolved
            questions.removeAll { $0.department != nil }
            resolvedBy = event.by
            resolvedAt = time
            rating = nil
            isDisliked = false
        case .verified(let event):
            if event.satisfied {
                status = .verified
                verification = event.means
            } else {
                dislike()
            }
        case .rated(let event):
            rating = event.rating
            if event.rating <= CaseRated.disliked { dislike() }
        case .sentBack(let event): sendBack(event, at: time, policy.calendar)
        case .reopened(let event): reopen(event, at: time, policy.calendar)
        case .closed:
            status = .closed
            end()
        case .climbed(let event): climb(event, policy.calendar)
        case .supervised(let event):
            questions.append(
                Question(step: event.sequence, rung: event.rung, unit: event.supervisor, isOrder: true))
        case .answered(let event): questions.removeAll { $0.step == event.step }
        case .whistleAsked, .whistleRefused, .whistleBlown, .whistleChanged, .progressed, .checkedIn, .declined,
            .declineDecided, .done, .missed, .noShowWithdrawn, .whistleEnded, .judged, .assessed:
            applyWhistle(change, at: time, policy)
        }
    }

    /// Who owns a case need not be told of it any more.
    mutating func give(to owner: Owner) {
        self.owner = owner
        rung = max(rung, Rung(of: owner.unit))
    }

    private mutating func dislike() {
        if !isDisliked { dissatisfied += 1 }
        isDisliked = true
    }

    private mutating func climb(_ event: CaseClimbed, _ calendar: WorkCalendar) {
        questions.append(
            Question(
                step: event.sequence, rung: event.to, unit: event.supervisor, department: event.department,
                isOrder: false))
        switch event.reason {
        case .notAccepted:
            give(to: Owner(unit: event.supervisor))
            setAccept(calendar.due(limits.accept, after: event.due), from: event.due, calendar)
        case .overdue:
            rung = max(rung, event.to)
            climbBy = calendar.due(limits.climb, after: event.due)
        case .dissatisfied, .reopened, .handedOver: rung = max(rung, event.to)
        case .noShow:
            guard let department = event.department, let limits = whistle?.limits else { return }
            whistle?.update(department) {
                $0.rung = event.to
                $0.climbBy = calendar.due(limits.climb, after: event.due)
            }
        }
    }

    private mutating func correct(_ event: CaseCorrected, at time: Instant, _ policy: CasePolicy) {
        category = event.category ?? category
        severity = event.severity ?? severity
        handling = event.handling ?? handling
        unit = event.place ?? unit
        guard event.resolveBy != resolveBy else { return }
        limits = policy.limits(of: self)
        setResolve(event.resolveBy, from: time, policy.calendar)
    }

    private mutating func sendBack(_ event: CaseSentBack, at time: Instant, _ calendar: WorkCalendar) {
        // The time in which it was thought to be settled does not count.
        if let resolvedAt {
            let gap = WorkCalendar.Gap(from: resolvedAt, to: max(resolvedAt, time))
            shiftResolve(by: gap, calendar)
            sentBack = (sentBack ?? []) + [gap]
        }
        status = .inHand
        startedAt = startedAt ?? time
        give(to: event.to)
        unsettle()
    }

    private mutating func reopen(_ event: CaseReopened, at time: Instant, _ calendar: WorkCalendar) {
        status = .assigned
        owner = event.owner
        reopenings = event.count
        passes = 0
        extended = nil
        if event.grounds == .dissatisfied { dislike() }
        unsettle()
        beginClocks(accept: event.acceptBy, answer: event.answerBy, resolve: event.resolveBy, from: time, calendar)
    }

    private mutating func join(_ event: CaseJoined) {
        joined += 1
        if let from = event.from { members.append(from) }
        for reporter in event.reporters ?? [] where !reporters.contains(reporter) { reporters.append(reporter) }
    }

    private mutating func split(_ event: CaseSplit, at time: Instant, _ calendar: WorkCalendar) {
        joinedTo = nil
        status = .assigned
        owner = event.owner
        passes = 0
        beginClocks(accept: event.acceptBy, answer: event.answerBy, resolve: event.resolveBy, from: time, calendar)
    }

    private mutating func unsettle() {
        resolvedBy = nil
        resolvedAt = nil
        verification = nil
        rating = nil
        isDisliked = false
    }

    /// Nothing waits any more in a case that is over.
    private mutating func end() {
        status = .closed
        pause = nil
        questions = []
        whistleAsked = nil
    }
}

extension CaseRated {
    /// Whoever gives no more is not content.
    static let disliked = 2
}
