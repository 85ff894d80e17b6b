import Contracts

/// What people send in a working day, drawn from the seed alone: visits and findings of patrols, complaints, deeds, hours;
/// some twice, some late, some wrong, as in life.
struct DayScript: Sendable {
    /// In the order in which it is sent.
    let inputs: [PlannedInput]

    /// Shares in 10,000.
    enum Share {
        static let finding = 300
        static let overHTTP = 3_600
        static let twice = 200
        static let late = 500
        static let refused = 50
        /// Of complaints: those about what a patrol of the day saw.
        static let complaintAboutFinding = 3_000
    }

    /// - Parameters:
    ///   - day: midnight of the day, city time.
    ///   - complaints: texts of real complaints in place of generated ones.
    ///   - isWhole: false plays only what makes cases, for the days before.
    init(_ city: CityPlan, seed: UInt64, day: CityDay, complaints: ComplaintTexts, isWhole: Bool = true) {
        var drawer = DayDrawer(city: city, day: day, seed: seed, complaints: complaints)
        if isWhole { drawer.drawConsents() }
        drawer.drawPatrols(visits: isWhole)
        drawer.drawComplaints()
        if isWhole { drawer.drawDeeds() }
        var inputs = drawer.inputs
        if isWhole {
            var spoiler = InputSpoiler(seed: seed, day: day, city: city)
            inputs = spoiler.spoil(inputs)
        }
        self.inputs = inputs.sorted {
            ($0.sentAt, $0.id, $0.fate == .known ? 1 : 0) < ($1.sentAt, $1.id, $1.fate == .known ? 1 : 0)
        }
    }
}

/// A calendar day of the city, whose clocks run eight hours ahead of UTC.
struct CityDay: Sendable, Hashable {
    let date: CivilDate

    var midnight: Instant { Instant(milliseconds: (date.daysSince1970 * 24 - 8) * 3_600_000) }

    func at(_ hour: Int, _ minute: Int = 0, _ second: Int = 0) -> Instant {
        Instant(milliseconds: midnight.milliseconds + Int64((hour * 60 + minute) * 60 + second) * 1_000)
    }

    /// What people would do between nine at night and seven in the morning they do after eight.
    ///
    /// - Parameter seconds: how long after.
    static func awake(_ instant: Instant, upTo seconds: Int) -> Instant {
        let offset: Int64 = 8 * 3_600_000
        let day: Int64 = 86_400_000
        let ofDay = (instant.milliseconds + offset) % day
        guard ofDay < 7 * 3_600_000 || ofDay >= 21 * 3_600_000 else { return instant }
        let midnight = instant.milliseconds - ofDay + (ofDay < 7 * 3_600_000 ? 0 : day)
        return Instant(milliseconds: midnight + 8 * 3_600_000 + Int64(seconds) * 1_000)
    }

    func adding(days: Int) -> CityDay { CityDay(date: CivilDate(daysSince1970: date.daysSince1970 + Int64(days))) }

    var text: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day))"
    }
}
