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
        case .joined: joined += 1
        case .accepted(let event):
            status = .accepted
            give(to: event.owner)
            passes = 0
        case .handedOver(let event):
            status = .assigned
            give(to: event.to)
            handOvers = event.count
            passes += 1
            acceptBy = event.acceptBy
        case .reclassified(let event):
            handling = event.to
            limits = policy.triage.limits(handling: event.to, severity: severity)
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
            whistle?.update(event.department) {
                $0.attendance = event.inTime ? .arrived : .late
                $0.climbBy = nil
            }
        case .declined(let event):
            whistle?.update(event.department) {
                $0.attendance = .declined
                $0.climbBy = nil
            }
        case .done(let event): whistle?.update(event.department) { $0.attendance = .done }
        case .missed(let event): whistle?.update(event.department) { $0.attendance = .missed }
        case .whistleEnded: whistle?.endedAt = time
        }
    }

    /// Who owns a case need not be told of it any more.
    private mutating func give(to owner: Owner) {
        self.owner = owner
        rung = max(rung, Rung(of: owner.unit))
    }

    private mutating func climb(_ event: CaseClimbed, _ calendar: WorkCalendar) {
        switch event.reason {
        case .notAccepted:
            give(to: Owner(unit: event.supervisor))
            acceptBy = calendar.due(limits.accept, after: event.due)
        case .overdue:
            rung = max(rung, event.to)
            climbBy = calendar.due(limits.climb, after: event.due)
        case .noShow:
            guard let department = event.department, let limits = whistle?.limits else { return }
            whistle?.update(department) {
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
    }
}

extension WhistleState {
    fileprivate mutating func update(_ department: DepartmentCode, _ body: (inout Part) -> Void) {
        guard let index = parts.firstIndex(where: { $0.department == department }) else { return }
        body(&parts[index])
    }
}
