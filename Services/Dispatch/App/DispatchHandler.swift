import Contracts
import Postgres
import ServiceKit

/// Makes cases of findings and complaints, and moves them on as people and clocks say.
struct DispatchHandler: BatchHandler {
    let policy: CasePolicy
    /// All versions of the rules of triage.
    let rules: RuleBook
    let lateness = SenderLateness()
    let policyNumber = PolicyNumber()

    /// - Parameter rules: the policy's own alone, unless there are several versions.
    init(policy: CasePolicy, rules: RuleBook? = nil) {
        self.policy = policy
        self.rules = rules ?? RuleBook(policy.triage)
    }

    /// The policy with the version of the rules that holds then.
    func policy(at time: Instant) -> CasePolicy {
        var policy = policy
        policy.triage = rules.rules(at: time, policy.calendar)
        return policy
    }

    func decide(
        _ inputs: [Input<DispatchCommand>], in session: inout Session, at now: Instant, _ effects: inout Effects
    ) throws -> [Verdict] {
        let inputs = try ChatLookup.resolve(inputs, policy, at: now, in: &session)
        var batch = try DispatchBatch(inputs, self, at: now, in: &session)
        var verdicts = [Verdict?](repeating: nil, count: inputs.count)
        // Whether a case repeats another is settled last, when the other stands as the batch leaves it.
        for index in inputs.indices where !inputs[index].command.isSettlement {
            verdicts[index] = try batch.decide(inputs[index], &effects)
        }
        for index in inputs.indices where inputs[index].command.isSettlement {
            verdicts[index] = try batch.decide(inputs[index], &effects)
        }
        batch.book.write(to: &effects)
        return verdicts.map { $0 ?? .taken(result: nil) }
    }
}

extension DispatchCommand {
    fileprivate var isSettlement: Bool { if case .settle = self { true } else { false } }
}
