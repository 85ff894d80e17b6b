import Contracts

extension SubjectKind {
    /// The capacities that one and the same person may act in.
    static let people: [SubjectKind] = [.resident, .partyMember, .buildingChief, .communityWorker, .newEmployment]

    static let organisations: [SubjectKind] = [
        .ownersCommittee, .partyBranch, .residentUnit, .merchant, .socialOrganisation,
    ]

    var isPerson: Bool { Self.people.contains(self) }
}
