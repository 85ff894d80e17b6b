import Contracts
import HTTPServer
import Postgres
import ServiceKit

/// How departments answered whistles, per month; and the whistles that were false or needless.
struct AttendanceReads: Sendable {
    let context: ServiceContext<DispatchHandler>

    var endpoints: [Endpoint] {
        [
            context.get(
                "/v1/attendance", "How departments answered whistles in a month",
                about:
                    "What a department was called to is in time, late, missed, declined, excused, released or open. A department's people "
                    + "see its own month; a community, a town and the city see the whistles that were blown there.",
                for: .people("Whoever is posted to a community or above it, or speaks for a department."),
                [Self.month, Self.unit, Self.department],
                example: AttendanceSheet.example
            ) { try await sheet($0, $1) }
        ]
    }

    private static let month = Parameter<CivilMonth>.query("month", "a month, such as 2026-11")
    private static let unit = Parameter<UnitCode?>.optional(
        "unit", "the code of a community, a town or the city; may be left out by whoever is posted to one only")
    private static let department = Parameter<DepartmentCode?>.optional(
        "department", "the code of a department; may be left out by whoever speaks for one only")

    /// Departments by code, for a month of local time.
    private func sheet(_ request: RequestContext, _ identity: Identity) async throws -> AttendanceSheet {
        let month = try Self.month(request)
        let scope = try Scope(
            unit: try Self.unit(request), department: try Self.department(request),
            within: try await context.reach(of: identity), context)
        let span = month.span
        let place = scope.unit?.text ?? ""
        let parameters = Parameters(
            Timestamp(span.lowerBound), Timestamp(span.upperBound), scope.department?.text, place, place + "~")
        let (sums, whistles) = try await context.read { session in
            let sums = try session.query(Self.sums, parameters).rows(
                as: String.self, Counts.self)
            let whistles = try session.query(Self.whistles, parameters).rows(as: Int64.self, Int64.self, Int64.self)
            return (sums, whistles.first ?? (0, 0, 0))
        }
        return AttendanceSheet(
            month: month.description, departments: sums.map { AttendanceSums(department: $0.0, $0.1) },
            whistles: Int(whistles.0), needless: Int(whistles.1), false: Int(whistles.2))
    }

    /// What somebody may see the sums of.
    private struct Scope {
        /// Nil for all whistles, wherever they were blown: those of a department for its own people.
        let unit: UnitCode?
        /// Nil for all departments.
        let department: DepartmentCode?

        /// - Throws: `Problem` where that is out of reach, or it has to be said which is meant.
        init(
            unit: UnitCode?, department: DepartmentCode?, within reach: Reach,
            _ context: ServiceContext<DispatchHandler>
        ) throws(Problem) {
            let own = department ?? (reach.units.isEmpty && reach.departments.count == 1 ? reach.departments[0] : nil)
            if unit == nil, let own, reach.departments.contains(own) {
                (self.unit, self.department) = (nil, own)
                return
            }
            if reach.units.isEmpty, unit == nil {
                let choice = reach.departments.map(\.text).joined(separator: ", ")
                guard department == nil, !choice.isEmpty else {
                    throw Problem(
                        .forbidden, detail: "This is for the department's own people, and for staff of units.")
                }
                throw Problem(
                    .invalidParameter, errors: [.init(parameter: "department", "must be one of yours: \(choice)")])
            }
            let chosen = try context.unit(asked: unit, within: reach)
            guard chosen.level <= .community else {
                throw Problem(.forbidden, detail: "Attendance is for communities and those above them.")
            }
            (self.unit, self.department) = (chosen, department)
        }
    }

    private typealias Counts = [Int64]

    /// Plan: the index attendance_month over the month.
    static let sums = Statement(
        "attendance_sums",
        """
        select department, array[
            count(*), count(*) filter (where in_time), count(*) filter (where not in_time),
            count(*) filter (where attendance = 'missed'),
            count(*) filter (where attendance = 'declined'), count(*) filter (where attendance = 'excused'),
            count(*) filter (where attendance = 'released'), count(*) filter (where attendance = 'summoned'),
            count(*) filter (where attendance = 'done'), count(*) filter (where was_missed and in_time),
            count(on_time), count(*) filter (where on_time), count(*) filter (where right_people),
            count(*) filter (where solved), count(*) filter (where satisfied),
            count(needed), count(*) filter (where not needed), count(*) filter (where not ours)]::int8[]
        from attendance
        where called_at >= $1 and called_at < $2 and ($3::text is null or department = $3)
            and community ~>=~ $4 and community ~<~ $5
        group by department order by department
        """)

    /// A whistle is needless where most of the departments that say so found that it took no several parties, and false
    /// where all of them found that it was not theirs.
    static let whistles = Statement(
        "attendance_whistles",
        """
        select count(*)::int8, (count(*) filter (where needless))::int8, (count(*) filter (where wrong))::int8
        from (
            select count(needed) > 0 and count(*) filter (where not needed) * 2 > count(needed) as needless,
                count(ours) > 0 and count(*) filter (where ours) = 0 as wrong
            from attendance
            where called_at >= $1 and called_at < $2 and community ~>=~ $4 and community ~<~ $5
                and ($3::text is null or whistle in (select whistle from attendance where department = $3))
            group by whistle) as judged
        """)
}

/// A month of the city's local time.
struct CivilMonth: Sendable, LosslessStringConvertible {
    let year: Int
    let month: Int

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
            let month = Int(parts[1]), (1...12).contains(month), (2000...2999).contains(year)
        else { return nil }
        self.year = year
        self.month = month
    }

    var description: String { month < 10 ? "\(year)-0\(month)" : "\(year)-\(month)" }

    /// By the city's fixed offset of eight hours.
    var span: Range<Instant> {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return Self.begin(year, month)..<Self.begin(next.0, next.1)
    }

    private static func begin(_ year: Int, _ month: Int) -> Instant {
        let day = CivilDate(year: year, month: month, day: 1)?.daysSince1970 ?? 0
        return Instant(milliseconds: Int64(day) * 86_400_000 - 8 * 3_600_000)
    }
}

struct AttendanceSheet: Codable {
    let month: String
    let departments: [AttendanceSums]
    let whistles: Int
    /// Most departments that say so found that it took no several parties.
    let needless: Int
    /// All departments that say so found that it was not theirs.
    let `false`: Int

    static let example = """
        {"departments":[{"assessed":1,"called":3,"declined":0,"department":"D017","done":2,"excused":0,"inTime":2,
          "judged":2,"late":1,"missed":0,"notNeeded":0,"notOurs":0,"onTime":2,"open":0,"released":0,"rightPeople":2,
          "satisfied":1,"solved":2,"withdrawn":0}],
         "false":0,"month":"2026-11","needless":0,"whistles":3}
        """
}

extension CivilMonth: SchemaDescribed {
    static var schema: Schema { .text(matching: "20[0-9]{2}-(?:0[1-9]|1[0-2])", example: "2026-11") }
    static var sample: CivilMonth? { CivilMonth("2026-11") }
}

/// One department's month. What it was called to is in time, late, missed, declined, excused, released or open.
struct AttendanceSums: Codable {
    let department: String
    let called: Int
    let inTime: Int
    let late: Int
    let missed: Int
    let declined: Int
    let excused: Int
    let released: Int
    let open: Int
    let done: Int
    /// No-shows that were taken back; among those in time.
    let withdrawn: Int
    /// Marks by the blowers, and of those how many were yes.
    let judged: Int
    let onTime: Int
    let rightPeople: Int
    let solved: Int
    let satisfied: Int
    /// Its own views, and of those how many found the whistle needless or not theirs.
    let assessed: Int
    let notNeeded: Int
    let notOurs: Int

    init(department: String, _ counts: [Int64]) {
        let counts = counts.map(Int.init) + [Int](repeating: 0, count: max(0, 18 - counts.count))
        self.department = department
        (called, inTime, late, missed) = (counts[0], counts[1], counts[2], counts[3])
        (declined, excused, released, open) = (counts[4], counts[5], counts[6], counts[7])
        (done, withdrawn) = (counts[8], counts[9])
        (judged, onTime, rightPeople, solved, satisfied) =
            (counts[10], counts[11], counts[12], counts[13], counts[14])
        (assessed, notNeeded, notOurs) = (counts[15], counts[16], counts[17])
    }
}
