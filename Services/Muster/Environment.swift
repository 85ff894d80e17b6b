import Arguments
import FoundationEssentials
import ServiceKit

/// The process's environment with the contents of files in it: where `NAME_FILE` is set and `NAME` is not, as container
/// platforms mount secrets.
enum Environment {
    static let withFiles: [String: String] = {
        var all = ProcessInfo.processInfo.environment
        for (name, path) in files { all[name] = SecretFile.contents(path) }
        return all
    }()

    /// - Throws: `CommandError` for files that cannot be read: without what they hold a command would fail by something that
    ///   looks like another mistake.
    static func check() throws(CommandError) {
        let unreadable = files.filter { SecretFile.contents($0.value) == nil }.sorted { $0.key < $1.key }
        if unreadable.isEmpty { return }
        let names = unreadable.map { "\($0.key)\(SecretFile.suffix) is \"\($0.value)\"" }.joined(separator: ", ")
        throw CommandError(
            "\(names): it must be \(SecretFile.rule)", remedy: "check the path and the mode of the file, or unset it",
            code: .usage)
    }

    /// By the name of the setting that each holds. The key set is a file by its nature.
    private static let files: [String: String] = {
        let given = ProcessInfo.processInfo.environment
        return given.reduce(into: [:]) { files, entry in
            guard entry.key.hasPrefix("MUSTER_"), entry.key.hasSuffix(SecretFile.suffix),
                entry.key != "MUSTER_JWKS_FILE"
            else { return }
            let name = String(entry.key.dropLast(SecretFile.suffix.count))
            if given[name] == nil { files[name] = entry.value }
        }
    }()
}
