import Contracts

extension RuleTrial {
    /// What people notice of where a case goes; that another rule decides is none of it.
    enum Aspect: String, Codable, Sendable, CaseIterable {
        case category, handling, owner, departments
        case accept, answer, resolve, climb
    }

    /// Where a case goes. Times are such as `4 work hours`.
    struct Way: Codable, Sendable, Hashable {
        let category: String
        let handling: Handling
        let owner: Rung
        /// The kinds that a whistle would call, the one that leads first.
        let departments: [String]
        let accept: String
        /// For the first answer; missing where none is asked for.
        let answer: String?
        let resolve: String
        /// After a missed deadline, until the next level is told.
        let climb: String
        let rule: String

        init(_ triage: Triage) {
            category = triage.category
            handling = triage.handling
            owner = triage.ownerRung
            departments = triage.departments.map(\.code)
            accept = triage.limits.accept.description
            answer = triage.limits.answer?.description
            resolve = triage.limits.resolve.description
            climb = triage.limits.climb.description
            rule = triage.explanation
        }

        /// In what a case would go elsewhere.
        func differences(from other: Way) -> [Aspect] { Aspect.allCases.filter { text($0) != other.text($0) } }

        /// `utility.gas.leak: hard, resolve within 2 hours`, of what is different.
        func text(_ aspects: [Aspect]) -> String {
            let parts = aspects.filter { $0 != .category }.map(text)
            return parts.isEmpty ? category : "\(category): \(parts.joined(separator: ", "))"
        }

        private func text(_ aspect: Aspect) -> String {
            switch aspect {
            case .category: category
            case .handling: handling.rawValue
            case .owner: "at \(owner.rawValue)"
            case .departments: departments.isEmpty ? "nobody to call" : "calls \(departments.joined(separator: "+"))"
            case .accept: "accept within \(accept)"
            case .answer: answer.map { "answer within \($0)" } ?? "no first answer"
            case .resolve: "resolve within \(resolve)"
            case .climb: "climb after \(climb)"
            }
        }
    }
}
