import FoundationEssentials
import ServiceKit

extension WorkCalendar {
    /// Adds the years of the files that `MUSTER_DISPATCH_CALENDAR` names: a year of theirs takes the place of the shipped one.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read, `FaultyData` for one that cannot be used.
    mutating func add(filesOf environment: [String: String]) throws {
        let variable = "MUSTER_DISPATCH_CALENDAR"
        var reader = ConfigurationReader(environment)
        var paths: [Int: String] = [:]
        for path in (reader.optional(variable) ?? "").split(separator: ":").map(String.init) {
            guard let data = FileManager.default.contents(atPath: path) else {
                reader.add(
                    variable, seen: path, "paths of files with further years of the calendar, separated by colons",
                    "/etc/muster/calendar-2027.json")
                continue
            }
            do throws(FaultyData) {
                for year in try add(yearsOf: [UInt8](data)) {
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
