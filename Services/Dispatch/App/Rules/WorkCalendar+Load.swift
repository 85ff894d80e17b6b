import ServiceKit

extension WorkCalendar {
    /// Adds the years of the files that `MUSTER_DISPATCH_CALENDAR` names: a year of theirs takes the place of the shipped one.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read, `FaultyData` for one that cannot be used.
    mutating func add(filesOf environment: [String: String]) throws {
        var reader = ConfigurationReader(environment)
        var paths: [Int: String] = [:]
        let files = reader.files(
            "MUSTER_DISPATCH_CALENDAR", of: "further years of the calendar", example: "/etc/muster/calendar-2027.json")
        for (path, data) in files {
            do throws(FaultyData) {
                for year in try add(yearsOf: data) {
                    // Which of the two is meant nobody can tell.
                    if let other = paths.updateValue(path, forKey: year) {
                        throw FaultyData(
                            what: "calendar", faults: ["year \(year) is also in \(other): leave it in one file"])
                    }
                }
            } catch {
                throw FaultyData(what: "\(error.what) \(path)", faults: error.faults)
            }
        }
        try reader.finish()
    }
}
