import Contracts
import ServiceKit

/// For which of the departments that a sender speaks for a message is meant, where she does not write it.
struct ChatSpeaker {
    let decision: CaseDecision
    let reach: Reach

    /// Whether it takes the case to tell.
    func hasChoice(_ command: ChatCommand) -> Bool {
        command.departments.isEmpty && reach.departments.count > 1
            && ChatVerb.of(command.action)?.isDepartments == true
    }

    /// The one that was called to the case and can do it now. Where several can, nothing is guessed; where none can, the first is
    /// taken, whose refusal says why.
    ///
    /// - Parameter action: what was written, as the action of a department.
    func department(
        meantBy envelope: EventEnvelope, on state: CaseState, _ action: (DepartmentCode) -> CaseAction
    ) -> Result<DepartmentCode?, Refusal> {
        let called = (state.whistle?.parts ?? []).filter { $0.attendance != .released }.map(\.department)
            .filter(reach.departments.contains)
        let able = called.filter { department in
            if case .success = decision.decide(action(department), on: state, envelope) { true } else { false }
        }
        guard able.count > 1 else { return .success(able.first ?? called.first ?? reach.departments.first) }
        let choice = able.map(\.text).joined(separator: ", ")
        return .failure(
            Refusal(.malformed, "you speak for several departments that were called: write which one, \(choice)"))
    }
}
