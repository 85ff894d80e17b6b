import Contracts

// What moves the deadlines of a case, and the slips on them.
extension CaseState {
    mutating func applyDeadlines(_ change: CaseChange, at time: Instant, _ policy: CasePolicy) {
        let calendar = policy.calendar
        switch change {
        case .paused(let event): pause = Pause(reason: event.reason, from: time, until: event.until)
        case .resumed(let event):
            let gap = WorkCalendar.Gap(from: event.pausedFrom, to: time)
            pause = nil
            pauses.append(gap)
            shiftResolve(by: gap, calendar)
            if startedAt == nil, let answer = answerBy, let limit = answerBasis?.limit ?? limits.answer {
                answerSlip.shift(limit, by: gap, calendar)
                answerBy = calendar.shifted(answer, of: limit, by: gap)
                answerBasis?.gaps.append(gap)
            }
        case .extensionAsked(let event): extended = Extension(until: event.until, approver: event.approver)
        case .extensionDecided(let event):
            extended?.granted = event.granted
            guard event.granted else { return }
            climbBy = max(climbBy, event.resolveBy)
            resolveBy = event.resolveBy
            let yellow = calendar.yellow(resolveBy, of: limits.resolve, after: resolveFrom)
            resolveSlip = SlipState(yellowAt: yellow.flatMap { $0 > time ? $0 : nil })
        case .rescheduled(let event): reschedule(event, at: time, policy)
        case .warned(let event): warn(event)
        default: break
        }
    }

    /// Winds up the clocks of a case that begins, or begins again.
    mutating func beginClocks(
        accept: Instant, answer: Instant?, resolve: Instant, from start: Instant, _ calendar: WorkCalendar
    ) {
        startedAt = nil
        pauses = []
        answerBy = answer
        answerSlip = SlipState()
        answerBasis = nil
        if let answer, let limit = limits.answer {
            answerSlip.yellowAt = calendar.yellow(answer, of: limit, after: start)
            answerBasis = ClockBasis(from: start, limit: limit)
        }
        setAccept(accept, from: start, calendar)
        setResolve(resolve, from: start, calendar)
    }

    mutating func setAccept(_ due: Instant, from start: Instant, _ calendar: WorkCalendar) {
        acceptBy = due
        acceptFrom = start
        acceptLimit = limits.accept
        acceptSlip = SlipState(yellowAt: calendar.yellow(due, of: limits.accept, after: start))
    }

    mutating func setResolve(_ due: Instant, from start: Instant, _ calendar: WorkCalendar) {
        resolveBy = due
        climbBy = due
        resolveFrom = start
        pauses = []
        sentBack = nil
        resolveSlip = SlipState(yellowAt: calendar.yellow(due, of: limits.resolve, after: start))
    }

    mutating func shiftResolve(by gap: WorkCalendar.Gap, _ calendar: WorkCalendar) {
        resolveSlip.shift(limits.resolve, by: gap, calendar)
        let isClimbing = climbBy != resolveBy
        resolveBy = calendar.shifted(resolveBy, of: limits.resolve, by: gap)
        climbBy = isClimbing ? calendar.shifted(climbBy, of: limits.climb, by: gap) : resolveBy
    }

    /// What was missed stays missed: only clocks that have not run out move.
    private mutating func reschedule(_ event: CaseRescheduled, at time: Instant, _ policy: CasePolicy) {
        let calendar = policy.calendar
        if event.rules != nil { limits = policy.limits(of: self) }
        if event.acceptBy != acceptBy { setAccept(event.acceptBy, from: acceptFrom, calendar) }
        if event.resolveBy != resolveBy {
            let (paused, returned) = (pauses, sentBack)
            setResolve(event.resolveBy, from: resolveFrom, calendar)
            (pauses, sentBack) = (paused, returned)
        }
        if let answer = event.answerBy, answer != answerBy {
            answerBy = answer
            if event.rules != nil, let limit = limits.answer { answerBasis?.limit = limit }
            answerSlip = SlipState(
                yellowAt: answerBasis.flatMap { calendar.yellow(answer, of: $0.limit, after: $0.from) })
        }
        // A slip of before that the new deadline would ask for is not made up for.
        if let yellow = acceptSlip.yellowAt, yellow < time { acceptSlip.yellowAt = nil }
        if let yellow = answerSlip.yellowAt, yellow < time { answerSlip.yellowAt = nil }
        if let yellow = resolveSlip.yellowAt, yellow < time { resolveSlip.yellowAt = nil }
    }

    private mutating func warn(_ event: CaseWarned) {
        func give(_ slip: inout SlipState) {
            slip.yellowAt = nil
            if event.slip == .red { slip.isRed = true }
        }
        guard let department = event.department else {
            switch event.deadline {
            case .accept: give(&acceptSlip)
            case .answer: give(&answerSlip)
            case .resolve: give(&resolveSlip)
            case .sign, .contact, .arrive, .complete: break
            }
            return
        }
        whistle?.update(department) { part in
            switch event.deadline {
            case .sign: give(&part.signSlip)
            case .contact: give(&part.contactSlip)
            case .arrive: give(&part.arriveSlip)
            case .complete: give(&part.completeSlip)
            case .accept, .answer, .resolve: break
            }
        }
    }
}

extension SlipState {
    fileprivate mutating func shift(_ allowance: Allowance, by gap: WorkCalendar.Gap, _ calendar: WorkCalendar) {
        yellowAt = yellowAt.map { calendar.shifted($0, of: allowance, by: gap) }
    }
}
