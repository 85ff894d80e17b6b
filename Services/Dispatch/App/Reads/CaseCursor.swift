import Contracts
import FoundationEssentials
import HTTPServer
import Postgres
import ServiceKit

/// Where a page ended: the time that it is sorted by, in microseconds, and the id. It goes on from there whatever has been
/// opened or closed meanwhile.
struct CaseCursor: Sendable, Equatable {
    let time: Timestamp
    let id: EventID

    static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    private static let top = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))

    /// Before everything, for a list that begins with the earliest.
    static let first = CaseCursor(time: Timestamp(microsecondsSince1970: 0), id: EventID(zero))
    /// After everything, for a list that begins with the latest.
    static let last = CaseCursor(time: Timestamp(Instant.range.upperBound), id: EventID(top))

    init(time: Timestamp, id: EventID) {
        self.time = time
        self.id = id
    }

    init?(_ text: String) {
        let parts = text.split(separator: "_")
        guard parts.count == 2, let microseconds = Int64(parts[0]), let id = EventID(String(parts[1])) else {
            return nil
        }
        time = Timestamp(microsecondsSince1970: microseconds)
        self.id = id
    }

    var text: String { "\(time.microsecondsSince1970)_\(id)" }
}

/// What lists of cases are asked with.
enum ListParameters {
    static let unit = Parameter<UnitCode?>.optional(
        "unit", "the code of a unit; may be left out by whoever is posted to one only")
    static let after = Parameter<CaseCursor?>.cursor("after") { CaseCursor($0) }
    static let limit = Parameter<Int>.limit()
}
