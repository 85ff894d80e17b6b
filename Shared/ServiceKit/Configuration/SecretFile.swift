import FoundationEssentials

/// A file that holds the value of a setting, as container platforms mount secrets: `NAME_FILE` names it in place of `NAME`.
public enum SecretFile {
    public static let suffix = "_FILE"
    public static let rule = "the path of a file that this user can read"

    /// What it holds, without the line feeds at its end: editors put one there, which is no part of a secret.
    ///
    /// - Returns: nil where the file cannot be read.
    public static func contents(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        var text = String(decoding: data, as: UTF8.self)[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }
}
