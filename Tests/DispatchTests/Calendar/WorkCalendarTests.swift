import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the work calendar` {
    let calendar: WorkCalendar

    init() throws { calendar = try .mainlandChina() }

    /// From the holiday table of the two years: begin, allowance, due; all local.
    @Test(arguments: [
        // Plain minutes run day and night, through holidays too.
        ("2026-02-14T23:50", "30 minutes", "2026-02-15T00:20"),
        ("2026-10-01T10:00", "24 hours", "2026-10-02T10:00"),
        // Work hours begin with work, stop at noon and go on the next work day.
        ("2026-11-24T09:00", "2 work hours", "2026-11-24T11:00"),
        ("2026-11-24T07:00", "2 work hours", "2026-11-24T10:30"),
        ("2026-11-24T11:00", "2 work hours", "2026-11-24T14:30"),
        ("2026-11-24T12:40", "1 work hour", "2026-11-24T14:30"),
        ("2026-11-24T17:00", "1 work hour", "2026-11-25T09:00"),
        ("2026-11-24T19:00", "1 work hour", "2026-11-25T09:30"),
        ("2026-11-27T17:00", "4 work hours", "2026-11-30T12:00"),
        // What ends when work does is due then, and not when work begins again.
        ("2026-11-24T09:00", "3 work hours", "2026-11-24T12:00"),
        ("2026-11-24T16:30", "1 work hour", "2026-11-24T17:30"),
        // Over a long holiday, with a make-up Saturday before and after: 14 and 28 February 2026.
        ("2026-02-13T17:00", "1 work hour", "2026-02-14T09:00"),
        ("2026-02-14T17:00", "1 work hour", "2026-02-24T09:00"),
        ("2026-02-14T17:00", "1 work day", "2026-02-24T17:30"),
        ("2026-02-27T10:00", "1 work day", "2026-02-28T17:30"),
        ("2026-02-27T10:00", "2 work days", "2026-03-02T17:30"),
        // The make-up Sunday of 2025's National Day, and of Mid-Autumn 2026.
        ("2025-09-26T10:00", "1 work day", "2025-09-28T17:30"),
        ("2026-09-18T18:00", "1 work day", "2026-09-20T17:30"),
        ("2025-09-30T10:00", "2 work days", "2025-10-10T17:30"),
        ("2025-09-30T10:00", "3 work days", "2025-10-11T17:30"),
        // The day of the beginning does not count, be it a work day, a Saturday or a holiday.
        ("2026-11-24T08:00", "1 work day", "2026-11-25T17:30"),
        ("2026-11-24T23:59", "1 work day", "2026-11-25T17:30"),
        ("2026-11-25T00:01", "1 work day", "2026-11-26T17:30"),
        ("2026-11-28T10:00", "1 work day", "2026-11-30T17:30"),
        ("2026-10-03T10:00", "1 work day", "2026-10-08T17:30"),
        // Across the end of the year: 1 to 3 January 2026 are off, Sunday the fourth is worked.
        ("2025-12-31T17:00", "1 work hour", "2026-01-04T09:00"),
        ("2025-12-31T10:00", "1 work day", "2026-01-04T17:30"),
        ("2025-12-31T10:00", "5 work days", "2026-01-08T17:30"),
        // A whole quarter.
        ("2026-01-01T00:00", "58 work days", "2026-03-30T17:30"),
    ])
    func `knows when a thing is due`(begin: String, allowance: String, due: String) throws {
        let allowance = try #require(Allowance(allowance))
        #expect(local(calendar.due(allowance, after: local(begin))) == due)
    }

    @Test func `keeps the second and the millisecond of the beginning`() {
        let begin = instant("2026-11-24T11:59:59.750+08:00")
        #expect(calendar.due(.workMinutes(1), after: begin) == instant("2026-11-24T13:30:59.750+08:00"))
    }

    @Test(arguments: [
        ("2026-11-24", true), ("2026-11-28", false), ("2026-02-14", true), ("2026-02-16", false), ("2026-02-23", false),
        ("2026-02-24", true), ("2025-10-08", false), ("2025-10-11", true), ("2026-01-04", true), ("2026-01-02", false),
        ("2024-02-29", true), ("2027-01-01", true),
    ])
    func `knows work days`(date: String, isWorkday: Bool) {
        #expect(calendar.isWorkday(day(date)) == isWorkday)
    }

    /// 365 days, 104 at weekends and the 13 public holidays of the law of November 2024: what the exchange of weekends
    /// for work days leaves unchanged.
    @Test(arguments: [2025, 2026])
    func `has 248 work days in a year`(year: Int) {
        let first = day("\(year)-01-01").daysSince1970
        let workdays = (first..<first + 365).count { calendar.isWorkday(CivilDate(daysSince1970: $0)) }
        #expect(workdays == 248)
    }

    @Test func `says that a due date lies in a year without a calendar`() {
        let begin = local("2026-12-30T10:00")
        #expect(calendar.deadline(.workDays(1), after: begin).unknownYears == [])
        let late = calendar.deadline(.workDays(2), after: begin)
        #expect(late == WorkCalendar.Deadline(due: local("2027-01-01T17:30"), unknownYears: [2027]))
        #expect(calendar.deadline(.workDays(270), after: local("2024-12-31T10:00")).unknownYears == [2024])
        #expect(calendar.deadline(.minutes(7 * 24 * 60), after: begin).unknownYears == [])
        #expect(calendar.covers(2026) && !calendar.covers(2027))
    }

    @Test func `counts the year by local time`() {
        // 31 December 2026, 17:00 in London, is New Year in the city.
        let late = calendar.deadline(.workMinutes(1), after: instant("2026-12-31T17:00:00Z"))
        #expect(late.unknownYears == [2027])
    }

    @Test(arguments: [
        ("2026-11-24T09:00", "2026-11-24T09:00", 0), ("2026-11-24T10:00", "2026-11-24T09:00", 0),
        ("2026-11-24T00:00", "2026-11-25T00:00", 450), ("2026-11-24T11:00", "2026-11-24T14:00", 90),
        ("2026-11-27T17:00", "2026-11-30T09:00", 60), ("2026-10-01T00:00", "2026-10-08T00:00", 0),
        ("2026-02-13T00:00", "2026-02-25T00:00", 3 * 450),
    ])
    func `counts the minutes of work between two times`(begin: String, end: String, minutes: Int) {
        #expect(calendar.workMinutes(from: local(begin), to: local(end)) == minutes)
    }

    // MARK: Properties

    @Test func `what is due after some work time has that much work time before it`() {
        var random = Seeded(1)
        for _ in 0..<500 {
            let begin = randomInstant(&random)
            let minutes = Int.random(in: 1...5_000, using: &random)
            let due = calendar.due(.workMinutes(minutes), after: begin)
            #expect(calendar.workMinutes(from: begin, to: due) == minutes, "\(minutes) after \(begin)")
            // No earlier instant would do.
            #expect(calendar.workMinutes(from: begin, to: due - .milliseconds(1)) == minutes - 1)
        }
    }

    @Test func `work days are counted one by one`() {
        var random = Seeded(2)
        for _ in 0..<500 {
            let begin = randomInstant(&random)
            let count = Int.random(in: 1...40, using: &random)
            var date = calendar.date(of: begin)
            for _ in 0..<count {
                repeat { date = CivilDate(daysSince1970: date.daysSince1970 + 1) } while !calendar.isWorkday(date)
            }
            #expect(
                local(calendar.due(.workDays(count), after: begin)) == "\(date.iso)T17:30", "\(count) after \(begin)")
        }
    }

    @Test func `who begins later is never due earlier`() {
        var random = Seeded(3)
        let allowances: [Allowance] = [.minutes(45), .workMinutes(45), .workMinutes(600), .workDays(1), .workDays(9)]
        for _ in 0..<500 {
            let begin = randomInstant(&random)
            let later = begin + .milliseconds(Int64.random(in: 0...400_000_000, using: &random))
            for allowance in allowances {
                #expect(calendar.due(allowance, after: begin) <= calendar.due(allowance, after: later))
                #expect(calendar.due(allowance, after: begin) > begin)
            }
        }
    }

    private func randomInstant(_ random: inout Seeded) -> Instant {
        Instant(
            milliseconds: Int64.random(
                in: instant("2024-12-01T00:00:00Z").milliseconds...instant("2027-02-01T00:00:00Z").milliseconds,
                using: &random))
    }
}

private func local(_ text: String) -> Instant { instant("\(text):00+08:00") }

/// To the minute, as the tables above have it.
private func local(_ instant: Instant) -> String { String((instant + .seconds(8 * 3_600)).description.prefix(16)) }
