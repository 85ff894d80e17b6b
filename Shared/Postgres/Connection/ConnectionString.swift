import CLibpq
import Glibc

/// A libpq connection string, taken apart: `host=db dbname=city` or `postgresql://db/city`.
///
/// The key words are libpq's own (manual, "Parameter Key Words"): `host`, `port`, `dbname`, `user`, `password`,
/// `sslmode`, `sslrootcert` and so on.
public struct ConnectionString: Sendable, Equatable {
    private var settings: [String: String] = [:]

    /// - Throws: `misuse` if libpq cannot read the text. The message quotes nothing of it, since it may hold a password.
    public init(_ text: String) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = unsafe PQconninfoParse(text, &message) else {
            let reason = unsafe message.map { unsafe String(cString: $0) } ?? "out of memory"
            unsafe PQfreemem(message)
            throw PostgresError(
                .misuse,
                "the connection string cannot be read: \(PostgresError.withoutQuotations(reason).onOneLine); "
                    + "write it as postgresql://user@host:5432/database or as host=… dbname=…")
        }
        defer { unsafe PQconninfoFree(options) }
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe settings[String(cString: keyword)] = String(cString: value)
            }
            unsafe option += 1
        }
    }

    /// The value of a key word, or `nil` where libpq's default holds.
    public subscript(keyword: String) -> String? {
        get { settings[keyword] }
        set { settings[keyword] = newValue }
    }

    /// The whole again, as key words and values. It holds the password, if there is one.
    public var conninfo: String {
        settings.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing(#"\"#, with: #"\\"#).replacing("'", with: #"\'"#) + "'"
    }
}

extension ConnectionString: CustomStringConvertible {
    /// Where it leads, for logs: no password, nothing else that is secret.
    public var description: String {
        ["host", "hostaddr", "port", "dbname", "user", "sslmode"]
            .compactMap { keyword in self[keyword].map { "\(keyword)=\($0)" } }
            .joined(separator: " ")
    }
}

extension String {
    /// libpq's messages have several lines and end with a line feed.
    var onOneLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
    }
}
