import Contracts

extension WorkCalendar {
    /// Mainland China's public holidays, as shipped.
    static func mainlandChina() throws(FaultyData) -> WorkCalendar {
        try WorkCalendar(file: PackageResources.calendar_cn_json)
    }

    /// Reads a calendar file; see `Data/calendar-cn.json` for its form.
    ///
    /// - Throws: all faults at once, each naming its day and the rule that it breaks.
    init(file: [UInt8]) throws(FaultyData) {
        let file: CalendarFile = try CalendarFile.read(file)
        var faults: [String] = []
        if let text = file.offset {
            if let offset = Self.offset(text) {
                self.offset = offset
            } else {
                faults.append("offset \(text) is none: write such as +08:00")
            }
        }
        if let texts = file.hours {
            if let hours = Self.hours(texts) {
                self.hours = hours
            } else {
                faults.append(
                    "the hours are none: write stretches in order and apart, such as 08:30-12:00 and 13:30-17:30")
            }
        }
        if let days = file.weekend {
            if Set(days).count == CalendarFile.Weekday.allCases.count {
                faults.append("all seven days are weekend: leave a day to work")
            }
            weekend = Set(days.map(\.number))
        }
        add(file.years, &faults)
        guard faults.isEmpty else { throw FaultyData(what: "calendar", faults: faults) }
    }

    /// Adds the years of another file, which has `years` alone; a year that is there already is replaced.
    ///
    /// - Returns: which years it has.
    @discardableResult
    mutating func add(yearsOf file: [UInt8]) throws(FaultyData) -> [Int] {
        let file: CalendarFile = try CalendarFile.read(file)
        var faults: [String] = []
        if file.offset != nil || file.hours != nil || file.weekend != nil {
            faults.append(
                "the offset, hours and weekend are the calendar's own: leave them out of a file of more years")
        }
        var more = self
        more.add(file.years, &faults)
        guard faults.isEmpty else { throw FaultyData(what: "calendar", faults: faults) }
        self = more
        return file.years.map(\.year)
    }

    private mutating func add(_ entries: [CalendarFile.Year], _ faults: inout [String]) {
        var seen: Set<Int> = []
        for entry in entries {
            guard seen.insert(entry.year).inserted else {
                faults.append("year \(entry.year) is there twice: put its holidays into one entry")
                continue
            }
            years[entry.year] = year(entry, &faults)
        }
    }

    private func year(_ entry: CalendarFile.Year, _ faults: inout [String]) -> Year {
        var year = Year()
        func fault(_ day: String, _ rule: String) { faults.append("\(entry.year): \(day) \(rule)") }
        for holiday in entry.holidays {
            guard let off = Self.days(holiday.off) else {
                fault(
                    "\(holiday.name) \(holiday.off)",
                    "is no span of days: write first/last, such as 2026-05-01/2026-05-05")
                continue
            }
            for day in off {
                if day.year != entry.year { fault(day.iso, "is a day of another year: move it to that year's entry") }
                if !year.daysOff.insert(day).inserted { fault(day.iso, "is off twice: name it once") }
            }
            for text in holiday.work {
                guard let day = CivilDate(iso: text) else {
                    fault(text, "is no day: write such as 2026-05-09")
                    continue
                }
                if day.year != entry.year { fault(text, "is a day of another year: move it to that year's entry") }
                if !year.makeUpDays.insert(day).inserted { fault(text, "is made up twice: name it once") }
                if !weekend.contains(day.weekday) { fault(text, "is no weekend day and worked anyway: leave it out") }
            }
        }
        for day in year.daysOff.intersection(year.makeUpDays).sorted() {
            fault(day.iso, "is off and worked at once: leave it in one list")
        }
        return year
    }

    // MARK: Texts

    /// `2026-05-01/2026-05-05`, first and last day; at most 31 days, since more is a mistake.
    private static func days(_ text: String) -> [CivilDate]? {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false).map { CivilDate(iso: String($0)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last,
            last.daysSince1970 - first.daysSince1970 < 31
        else { return nil }
        return (first.daysSince1970...last.daysSince1970).map { CivilDate(daysSince1970: $0) }
    }

    private static func offset(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-", let minutes = minutes(String(text.dropFirst())),
            minutes <= 14 * 60
        else { return nil }
        return sign == "-" ? -minutes : minutes
    }

    private static func hours(_ texts: [String]) -> [Range<Int>]? {
        var stretches: [Range<Int>] = []
        for text in texts {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minutes(String($0)) }
            guard ends.count == 2, let begin = ends[0], let end = ends[1], begin < end,
                begin > stretches.last?.upperBound ?? -1
            else { return nil }
            stretches.append(begin..<end)
        }
        return stretches.isEmpty ? nil : stretches
    }

    /// `08:30` as minutes from midnight, up to `24:00`.
    private static func minutes(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = Int(text.prefix(2)),
            let minute = Int(text.suffix(2)), (0...24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let minutes = hour * 60 + minute
        return minutes <= 24 * 60 ? minutes : nil
    }
}

/// The JSON of a calendar.
private struct CalendarFile: Codable {
    enum Weekday: String, Choice {
        case monday, tuesday, wednesday, thursday, friday, saturday, sunday
        var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
    }

    struct Year: Codable {
        var year: Int
        /// Where it was published.
        var source: String?
        var holidays: [Holiday]
    }

    struct Holiday: Codable {
        var name: String
        /// First and last day.
        var off: String
        /// The weekend days that are worked for it.
        var work: [String]
    }

    var offset: String?
    var hours: [String]?
    var weekend: [Weekday]?
    var years: [Year]

    static func read(_ bytes: [UInt8]) throws(FaultyData) -> CalendarFile {
        try FaultyData.decode(CalendarFile.self, from: bytes, what: "calendar")
    }
}
