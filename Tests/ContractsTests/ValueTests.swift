import Contracts
import Foundation
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("2026-11-24T09:37:03Z", "2026-11-24T09:37:03.000Z"),
        ("2026-11-24T17:37:03.5+08:00", "2026-11-24T09:37:03.500Z"),
        ("2024-02-29t00:00:00.123456789z", "2024-02-29T00:00:00.123Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2000-01-01 00:00:00-00:30", "2000-01-01T00:30:00.000Z"),
    ])
    func `an instant is read with any offset and written in UTC`(text: String, written: String) {
        #expect(Instant(text)?.description == written)
    }

    @Test(arguments: [
        "", "2026-11-24", "2026-11-24T09:37:03", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T09:37:03.Z", "2026-11-24T09:37:03Zx", "2026-11-24T09:37:03.1234567890Z", "2026-11-24T09:37:60Z",
    ])
    func `what is no instant is none`(text: String) { #expect(Instant(text) == nil) }

    @Test func `an instant is written as Foundation writes it, and read again`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let instant = Instant(milliseconds: .random(in: -2_000_000_000_000...10_000_000_000_000, using: &random))
            let date = Date(timeIntervalSince1970: (Double(instant.milliseconds) + 0.5) / 1_000)  // Foundation cuts off
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            #expect(instant.description == date.formatted(style), "\(instant.milliseconds)")
            #expect(Instant(instant.description) == instant)
        }
    }

    @Test func `an id is written and read as Foundation does it`() throws {
        for _ in 0..<1_000 {
            let uuid = UUID()
            #expect(EventID(uuid).description == uuid.uuidString.lowercased())
            #expect(EventID(uuid.uuidString)?.uuid == uuid)
            #expect(EventID(uuid.uuidString.lowercased())?.uuid == uuid)
        }
    }

    @Test(arguments: [
        "", "0", "01a20f2e-5a22-774b-b77c-c98a13c471e", "01a20f2e-5a22-774b-b77c-c98a13c471ecc",
        "01a20f2e05a22-774b-b77c-c98a13c471ec", "01a20f2e-5a22-774b-b77c-c98a13c471eg",
        "01a20f2e5a22774bb77cc98a13c471ec", "{1a20f2e-5a22-774b-b77c-c98a13c471ec",
        "01a20f2e-5a22-774b-b77c-c98a13c471é",
    ])
    func `what is no id is none`(text: String) { #expect(EventID(text) == nil) }

    @Test func `days agree with Foundation's calendar over four centuries`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: -80_000 as Int64, through: 80_000, by: 97) {
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(day) * 86_400))
            let date = CivilDate(daysSince1970: day)
            #expect([date.year, date.month, date.day] == [parts.year, parts.month, parts.day])
            #expect(date.weekday % 7 + 1 == parts.weekday)
            #expect(date.daysSince1970 == day)
        }
    }

    @Test func `an effect's id follows from its cause and sorts by time`() {
        func id(_ cause: String, _ time: Instant = Example.time, subject: String = "s", ordinal: Int = 0) -> EventID {
            .derived(from: cause, at: time, type: "t", subject: subject, ordinal: ordinal)
        }
        #expect(id("a") == id("a"))
        #expect(Set([id("a"), id("b"), id("a", subject: "x"), id("a", ordinal: 1)]).count == 4)
        #expect(id("z") < id("a", Example.time + .milliseconds(1)))
        #expect(id("a").description.dropFirst(14).first == "8")
        #expect(EventID.v7(at: Example.time).description.dropFirst(14).first == "7")
        #expect(EventID.v7(at: Example.time) != EventID.v7(at: Example.time))
    }

    @Test func `units nest by their codes`() throws {
        let grid = Example.grid
        #expect(Example.community.contains(grid) && !grid.contains(Example.community) && grid.contains(grid))
        #expect(Example.building.parent == grid && grid.parent == Example.community)
        #expect(UnitCode("371082")?.parent == nil)
        #expect(Example.building.ancestor(at: .town)?.text == "371082007")
        #expect(grid.ancestor(at: .building) == nil)
        for wrong in ["", "37108", "3710820", "37108a", "３７１０８２"] { #expect(UnitCode(wrong) == nil) }
    }

    @Test func `a posting holds from its first instant up to its last, which is not in it`() {
        let posting = Posting(role: .gridChief, unit: Example.grid, from: Example.time, to: Example.later)
        #expect(posting.isValid(at: Example.time))
        #expect(!posting.isValid(at: Example.time - .milliseconds(1)))
        #expect(!posting.isValid(at: Example.later))
    }
}
