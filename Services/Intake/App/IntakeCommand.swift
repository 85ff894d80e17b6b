import Contracts
import ServiceKit

/// What intake can be told.
enum IntakeCommand: Sendable {
    case visit(VisitReported)
    case finding(FindingReported)
    case list(DirectoryEntry)

    static let sources: [Source<IntakeCommand>] = [
        Source(
            .patrol, from: .gateway,
            [Inlet(VisitReported.self) { .visit($0) }, Inlet(FindingReported.self) { .finding($0) }])
    ]
}
