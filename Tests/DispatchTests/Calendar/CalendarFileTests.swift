import Foundation
import ServiceKit
import Testing

@testable import muster_dispatch

@Suite struct `a calendar file` {
    @Test func `is read with its own offset, hours and weekend`() throws {
        let calendar = try WorkCalendar(
            file: bytes(
                """
                {"offset": "+05:30", "hours": ["09:00-13:00", "14:00-18:15"], "weekend": ["sunday"],
                 "years": [{"year": 2026, "holidays": [
                    {"name": "May", "off": "2026-05-01/2026-05-02", "work": ["2026-05-03"]}]}]}
                """))
        #expect(
            calendar
                == WorkCalendar(
                    offset: 330, hours: [540..<780, 840..<1_095], weekend: [7],
                    years: [
                        2026: .init(daysOff: [day("2026-05-01"), day("2026-05-02")], makeUpDays: [day("2026-05-03")])
                    ]
                ))
    }

    @Test func `has the city's offset, hours and weekend where it says nothing else`() throws {
        #expect(try WorkCalendar(file: bytes(#"{"years": []}"#)) == WorkCalendar())
    }

    @Test(arguments: [
        (
            #"[{"name": "A", "off": "2026-05-01/2026-05-02", "work": []}, {"name": "B", "off": "2026-05-02/2026-05-02", "work": []}]"#,
            "2026: 2026-05-02 is off twice"
        ),
        (
            #"[{"name": "A", "off": "2026-05-01/2026-05-03", "work": ["2026-05-03"]}]"#,
            "2026: 2026-05-03 is off and worked at once"
        ),
        (
            #"[{"name": "A", "off": "2026-05-01/2026-05-01", "work": ["2026-05-09", "2026-05-09"]}]"#,
            "2026: 2026-05-09 is made up twice"
        ),
        (
            #"[{"name": "A", "off": "2026-05-01/2026-05-01", "work": ["2026-05-08"]}]"#,
            "2026: 2026-05-08 is no weekend day and worked anyway"
        ),
        (
            #"[{"name": "A", "off": "2026-02-28/2026-02-29", "work": []}]"#,
            "2026: A 2026-02-28/2026-02-29 is no span of days"
        ),
        (
            #"[{"name": "A", "off": "2026-05-03/2026-05-01", "work": []}]"#,
            "2026: A 2026-05-03/2026-05-01 is no span of days"
        ),
        (#"[{"name": "A", "off": "2026-05-01", "work": []}]"#, "2026: A 2026-05-01 is no span of days"),
        (
            #"[{"name": "A", "off": "2026-05-01/2026-06-30", "work": []}]"#,
            "2026: A 2026-05-01/2026-06-30 is no span of days"
        ),
        (#"[{"name": "A", "off": "2026-05-01/2026-05-01", "work": ["9 May"]}]"#, "2026: 9 May is no day"),
        (#"[{"name": "A", "off": "2026-12-31/2027-01-01", "work": []}]"#, "2026: 2027-01-01 is a day of another year"),
        (
            #"[{"name": "A", "off": "2026-05-01/2026-05-01", "work": ["2025-05-10"]}]"#,
            "2026: 2025-05-10 is a day of another year"
        ),
    ])
    func `with a wrong day is refused, naming the day and the rule`(holidays: String, fault: String) {
        expectFaults(#"{"years": [{"year": 2026, "holidays": \#(holidays)}]}"#, [fault])
    }

    @Test(arguments: [
        (#"{"offset": "8", "years": []}"#, "offset 8 is none"),
        (#"{"offset": "+15:00", "years": []}"#, "offset +15:00 is none"),
        (#"{"hours": [], "years": []}"#, "the hours are none"),
        (#"{"hours": ["08:00-12:00", "11:00-17:00"], "years": []}"#, "the hours are none"),
        (#"{"hours": ["17:00-08:00"], "years": []}"#, "the hours are none"),
        (#"{"hours": ["08:00-25:00"], "years": []}"#, "the hours are none"),
        (
            #"{"weekend": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "years": []}"#,
            "all seven days are weekend"
        ),
        (#"{"weekend": ["samedi"], "years": []}"#, "/weekend/0 is an unknown word: write one of monday"),
        (#"{"years": [{"year": 2026, "holidays": []}, {"year": 2026, "holidays": []}]}"#, "year 2026 is there twice"),
        (#"{"years": [{"year": 2026}]}"#, "/years/0/holidays is missing"),
        (#"{"weekends": ["sunday"], "years": []}"#, "/weekends is no member"),
        (#"{"years": ["#, "the data is no JSON"),
    ])
    func `of another wrong form is refused`(file: String, fault: String) {
        expectFaults(file, [fault])
    }

    @Test func `with several faults names them all`() {
        expectFaults(
            """
            {"offset": "east", "years": [{"year": 2026, "holidays": [
                {"name": "A", "off": "2026-05-01/2026-05-01", "work": ["2026-05-09", "2026-05-08"]},
                {"name": "B", "off": "2026-05-01/2026-05-01", "work": []}]}]}
            """,
            ["offset east", "2026: 2026-05-08 is no weekend day", "2026: 2026-05-01 is off twice"])
    }

    @Test func `of more years adds them and replaces those it has`() throws {
        var calendar = try WorkCalendar.mainlandChina()
        try calendar.add(
            yearsOf: bytes(
                """
                {"years": [{"year": 2026, "holidays": []},
                           {"year": 2027, "holidays": [{"name": "元旦", "off": "2027-01-01/2027-01-03", "work": []}]}]}
                """))
        #expect(calendar.covers(2027) && !calendar.isWorkday(day("2027-01-01")))
        #expect(calendar.isWorkday(day("2026-10-01")))
        #expect(!calendar.isWorkday(day("2025-10-01")))
    }

    @Test func `of more years that is wrong changes nothing`() throws {
        var calendar = try WorkCalendar.mainlandChina()
        let before = calendar
        #expect(throws: FaultyData.self) {
            try calendar.add(yearsOf: bytes(#"{"hours": ["08:00-12:00"], "years": [{"year": 2027, "holidays": []}]}"#))
        }
        #expect(calendar == before)
    }

    @Test func `that the environment names adds its years, and tells its path where it is wrong`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "calendar-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func file(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            return "\(folder)/\(name)"
        }
        func load(_ paths: String...) throws -> WorkCalendar {
            var calendar = try WorkCalendar.mainlandChina()
            try calendar.add(filesOf: ["MUSTER_DISPATCH_CALENDAR": paths.joined(separator: ":")])
            return calendar
        }
        let holiday = #"{"name": "元旦", "off": "2027-01-01/2027-01-03", "work": []}"#
        let next = try file("2027.json", #"{"years": [{"year": 2027, "holidays": [\#(holiday)]}]}"#)
        let this = try file("2026.json", #"{"years": [{"year": 2026, "holidays": []}]}"#)
        let calendar = try load(next, this)
        #expect(!calendar.isWorkday(day("2027-01-01")) && calendar.isWorkday(day("2026-10-01")))
        #expect(try load() == .mainlandChina())

        let twice = try file("twice.json", #"{"years": [{"year": 2027, "holidays": [\#(holiday), \#(holiday)]}]}"#)
        let other = try file("other.json", #"{"years": [{"year": 2028, "holidays": [\#(holiday)]}]}"#)
        let expected = [
            ([twice], twice, "2027: 2027-01-01 is off twice: name it once"),
            ([other], other, "2028: 2027-01-01 is a day of another year: move it to that year's entry"),
            ([next, next], next, "year 2027 is also in \(next): leave it in one file"),
        ]
        for (paths, path, fault) in expected {
            let error = #expect(throws: FaultyData.self) { try load(paths.joined(separator: ":")) }
            #expect(error?.what == "calendar \(path)")
            #expect(error?.faults.first == fault)
        }
        let broken = try file("broken.json", #"{"years": [{"year": "2027", "holidays": []}]}"#)
        let malformed = #expect(throws: FaultyData.self) { try load(broken) }
        #expect(malformed?.faults.first?.contains("/years/0/year") == true, "\(String(describing: malformed))")
        // The service is started by them, and an operator is told which variable and which file it is.
        let service = try Service.dispatch(environment: ["MUSTER_DISPATCH_CALENDAR": next])
        #expect(service.handler.policy.calendar == (try load(next)))
        let missing = "\(folder)/none.json"
        for start in [
            { _ = try load(next, missing) },
            { _ = try Service.dispatch(environment: ["MUSTER_DISPATCH_CALENDAR": missing]) },
        ] {
            let error = #expect(throws: ConfigurationError.self, performing: start)
            #expect(error?.entries.map(\.name) == ["MUSTER_DISPATCH_CALENDAR"])
            #expect(error?.entries.map(\.seen) == [missing])
        }
        #expect(throws: FaultyData.self) {
            try Service.dispatch(environment: ["MUSTER_DISPATCH_CALENDAR": twice])
        }
    }

    private func expectFaults(
        _ file: String, _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: FaultyData.self, sourceLocation: sourceLocation) {
            try WorkCalendar(file: bytes(file))
        }
        let faults = error?.faults ?? []
        #expect(faults.count == wanted.count, "\(faults)", sourceLocation: sourceLocation)
        for (fault, beginning) in zip(faults, wanted) {
            #expect(fault.hasPrefix(beginning), sourceLocation: sourceLocation)
        }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
