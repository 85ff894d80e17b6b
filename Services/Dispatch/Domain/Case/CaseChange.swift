import Contracts

/// One step of a case's life, as the event that tells of it.
enum CaseChange: Sendable, Equatable {
    case opened(CaseOpened)
    case joined(CaseJoined)
    case accepted(CaseAccepted)
    case handedOver(CaseHandedOver)
    case reclassified(CaseReclassified)
    case resolved(CaseResolved)
    case rated(CaseRated)
    case closed(CaseClosed)
    case climbed(CaseClimbed)
    case whistleBlown(WhistleBlown)
    case checkedIn(WhistleCheckedIn)
    case declined(WhistleDeclined)
    case done(WhistleDone)
    case missed(WhistleMissed)
    case whistleEnded(WhistleEnded)

    var payload: any CaseEvent {
        switch self {
        case .opened(let event): event
        case .joined(let event): event
        case .accepted(let event): event
        case .handedOver(let event): event
        case .reclassified(let event): event
        case .resolved(let event): event
        case .rated(let event): event
        case .closed(let event): event
        case .climbed(let event): event
        case .whistleBlown(let event): event
        case .checkedIn(let event): event
        case .declined(let event): event
        case .done(let event): event
        case .missed(let event): event
        case .whistleEnded(let event): event
        }
    }
}

extension CaseState {
    /// The state after a change. Everything a case is follows from its changes in order.
    ///
    /// - Parameters:
    ///   - time: when the change happened.
    ///   - policy: for the clocks that a change winds up anew.
    mutating func apply(_ change: CaseChange, at time: Instant, _ policy: CasePolicy) {
        version = change.payload.sequence
        switch change {
        case .opened: break
        case .joined: joined += 1
        case .accepted(let event):
            status = .accepted
            owner = event.owner
        case .handedOver(let event):
            status = .assigned
            owner = event.to
            handOvers = event.count
            acceptBy = event.acceptBy
        case .reclassified(let event):
            handling = event.to
            resolveBy = event.resolveBy
            climbBy = event.resolveBy
        case .resolved(let event):
            status = .resolved
            resolvedBy = event.by
            resolvedAt = time
        case .rated(let event): rating = event.rating
        case .closed: status = .closed
        case .climbed(let event): climb(event, policy.calendar)
        case .whistleBlown(let event): blow(event, at: time, policy)
        case .checkedIn(let event):
            update(event.department) {
                $0.attendance = event.inTime ? .arrived : .late
                $0.climbBy = nil
            }
        case .declined(let event):
            update(event.department) {
                $0.attendance = .declined
                $0.climbBy = nil
            }
        case .done(let event): update(event.department) { $0.attendance = .done }
        case .missed(let event): update(event.department) { $0.attendance = .missed }
        case .whistleEnded: whistle?.endedAt = time
        }
    }

    private mutating func update(_ department: DepartmentCode, _ body: (inout WhistleState.Part) -> Void) {
        guard let index = whistle?.index(of: department), var part = whistle?.parts[index] else { return }
        body(&part)
        whistle?.parts[index] = part
    }

    private mutating func climb(_ event: CaseClimbed, _ calendar: WorkCalendar) {
        switch event.reason {
        case .notAccepted:
            rung = max(rung, event.to)
            owner = Owner(unit: event.supervisor)
            acceptBy = calendar.due(limits.accept, after: event.due)
        case .overdue:
            rung = max(rung, event.to)
            climbBy = calendar.due(limits.climb, after: event.due)
        case .noShow:
            guard let department = event.department, let limits = whistle?.limits else { return }
            update(department) {
                $0.rung = event.to
                $0.climbBy = calendar.due(limits.climb, after: event.due)
            }
        }
    }

    private mutating func blow(_ event: WhistleBlown, at time: Instant, _ policy: CasePolicy) {
        whistle = WhistleState(
            id: event.whistle, kind: event.kind, blownAt: time, limits: policy.limits(of: event.kind),
            parts: event.summons.map {
                WhistleState.Part(
                    department: $0.department, arriveBy: $0.arriveBy, completeBy: $0.completeBy, climbBy: $0.arriveBy)
            })
        handling = .hard
    }
}
