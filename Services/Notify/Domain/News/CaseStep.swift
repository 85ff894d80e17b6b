import Contracts

/// What every event of a case says, whatever its type: enough to keep count of them.
///
/// A case's events are told in order, and one that comes after a gap waits until it fills. So each has to be read, those of
/// a later version of dispatch among them, or the case would be silent from there on.
struct CaseStep: CaseEvent {
    static let type = "muster.case.step"

    var `case`: EventID
    var sequence: Int
    var unit: UnitCode
}
