import Contracts

// What happens to a whistle and to each department's part in it.
extension CaseState {
    mutating func applyWhistle(_ change: CaseChange, at time: Instant, _ policy: CasePolicy) {
        switch change {
        case .whistleAsked(let event):
            guard let lead = event.lead ?? event.departments.first else { return }
            whistleAsked = WhistleRequest(
                id: event.whistle, kind: event.kind, departments: event.departments, lead: lead,
                approver: event.approver)
        case .whistleRefused: whistleAsked = nil
        case .whistleBlown(let event):
            whistleAsked = nil
            whistle = WhistleState(
                id: event.whistle, kind: event.kind, blownAt: time, limits: policy.limits(of: event.kind),
                lead: event.lead, parts: [])
            whistle?.call(event.summons, at: time, policy.calendar)
        case .whistleChanged(let event):
            for department in event.released {
                whistle?.update(department) { $0.leave(as: .released) }
            }
            whistle?.call(event.added, at: time, policy.calendar)
            whistle?.lead = event.lead
        case .progressed(let event):
            whistle?.update(event.department) {
                switch event.step {
                case .signed: $0.signedAt = time
                case .contacted:
                    $0.signedAt = $0.signedAt ?? time
                    $0.contactedAt = time
                case .contributed: break
                }
            }
        case .checkedIn(let event):
            whistle?.update(event.department) {
                $0.attendance = event.inTime ? .arrived : .late
                $0.inTime = event.inTime
                $0.arrivedAt = time
                $0.arrivedIn = event.place
                $0.signedAt = $0.signedAt ?? time
                $0.contactedAt = $0.contactedAt ?? time
                $0.climbBy = nil
            }
            questions.removeAll { $0.department == event.department && !$0.isOrder }
        case .declined(let event):
            whistle?.update(event.department) {
                $0.leave(as: .declined)
                $0.hasDeclined = true
                $0.signedAt = $0.signedAt ?? time
            }
        case .declineDecided(let event): decide(event)
        case .done(let event):
            whistle?.update(event.department) {
                $0.attendance = .done
                $0.doneAt = time
            }
        case .missed(let event): whistle?.update(event.department) { $0.attendance = .missed }
        case .noShowWithdrawn(let event):
            whistle?.update(event.department) {
                $0.inTime = true
                if $0.attendance == .late || $0.attendance == .missed { $0.attendance = .arrived }
                $0.arrivedAt = event.cameAt
                $0.climbBy = nil
            }
        case .whistleEnded:
            whistle?.endedAt = time
            questions.removeAll { $0.department != nil }
        case .judged(let event):
            whistle?.update(event.department) {
                $0.judgement = WhistleJudgement(
                    onTime: event.onTime, rightPeople: event.rightPeople, solved: event.solved,
                    satisfied: event.satisfied)
            }
        case .assessed(let event):
            whistle?.update(event.department) {
                $0.assessment = WhistleAssessment(needed: event.needed, ours: event.ours)
            }
        default: break
        }
    }

    private mutating func decide(_ event: WhistleDeclineDecided) {
        whistle?.update(event.department) {
            $0.attendance = event.excused ? .excused : .summoned
            guard !event.excused else { return }
            $0.arriveBy = event.arriveBy ?? $0.arriveBy
            $0.completeBy = event.completeBy ?? $0.completeBy
            $0.climbBy = $0.arriveBy
        }
    }
}

extension WhistleState {
    /// Departments are called, each by its deadlines; one that was released is called anew.
    fileprivate mutating func call(_ summons: [Summons], at time: Instant, _ calendar: WorkCalendar) {
        for summons in summons {
            var part = Part(
                department: summons.department, calledAt: time, signBy: summons.signBy, contactBy: summons.contactBy,
                arriveBy: summons.arriveBy, completeBy: summons.completeBy, climbBy: summons.arriveBy)
            part.arriveSlip.yellowAt = calendar.yellow(summons.arriveBy, of: limits.arrive, after: time)
            part.completeSlip.yellowAt = calendar.yellow(summons.completeBy, of: limits.complete, after: time)
            if let index = parts.firstIndex(where: { $0.department == part.department }) {
                parts[index] = part
            } else {
                parts.append(part)
            }
        }
    }
}

extension WhistleState.Part {
    fileprivate mutating func leave(as attendance: Attendance) {
        self.attendance = attendance
        climbBy = nil
    }
}
