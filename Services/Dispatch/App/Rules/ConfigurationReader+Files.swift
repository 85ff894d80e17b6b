import FoundationEssentials
import ServiceKit

extension ConfigurationReader {
    /// The files that a variable names, separated by colons; one that cannot be read is a fault of the variable.
    ///
    /// - Parameters:
    ///   - what: what they hold, for the error.
    ///   - example: a path such as would be right.
    mutating func files(_ variable: String, of what: String, example: String) -> [(path: String, data: [UInt8])] {
        (optional(variable) ?? "").split(separator: ":").map(String.init).compactMap { path in
            guard let data = FileManager.default.contents(atPath: path) else {
                add(variable, seen: path, "paths of files with \(what), separated by colons", example)
                return nil
            }
            return (path, [UInt8](data))
        }
    }
}
