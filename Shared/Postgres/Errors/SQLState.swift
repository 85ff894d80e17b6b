/// The five characters by which Postgres names an error; the first two are its class.
///
/// The full list is in the manual, appendix A ("PostgreSQL Error Codes").
public struct SQLState: Sendable, Hashable {
    public let code: String

    public init(_ code: String) { self.code = code }

    public static let foreignKeyViolation = SQLState("23503")
    public static let uniqueViolation = SQLState("23505")
    public static let checkViolation = SQLState("23514")
    public static let notNullViolation = SQLState("23502")

    /// A text holds a NUL, or bytes that are not UTF-8. No column can store it, so it can never succeed.
    public static let characterNotInRepertoire = SQLState("22021")
    /// A JSON text holds `\u0000`, which `jsonb` cannot store.
    public static let untranslatableCharacter = SQLState("22P05")
    /// A cast found text that does not spell a value of its type; JSON that does not parse is one such.
    public static let invalidTextRepresentation = SQLState("22P02")

    public static let serializationFailure = SQLState("40001")
    public static let deadlockDetected = SQLState("40P01")
    public static let lockNotAvailable = SQLState("55P03")

    public static let insufficientPrivilege = SQLState("42501")
    public static let undefinedTable = SQLState("42P01")
    public static let undefinedColumn = SQLState("42703")

    public static let diskFull = SQLState("53100")
    public static let outOfMemory = SQLState("53200")
    public static let tooManyConnections = SQLState("53300")

    /// A cancel request or `statement_timeout`: the server has one code for both.
    public static let queryCanceled = SQLState("57014")
    public static let adminShutdown = SQLState("57P01")
    public static let crashShutdown = SQLState("57P02")
    public static let cannotConnectNow = SQLState("57P03")

    public static let systemError = SQLState("58000")
    public static let ioError = SQLState("58030")

    static let protocolViolation = SQLState("08P01")
    /// The prepared statement's name is not known to the session.
    static let invalidStatementName = SQLState("26000")

    /// 08: connection, 40: rolled back, 53: out of resources.
    private static let transientClasses: Set<Substring> = ["08", "40", "53"]

    private static let transientCodes: Set<SQLState> = [.lockNotAvailable, .queryCanceled, .systemError, .ioError]

    /// Whether the same statement may succeed later, with nothing changed but the server's own condition.
    ///
    /// `queryCanceled` counts: a statement that was too slow on a busy server is not wrong.
    public var isTransient: Bool {
        // A message that the server cannot understand is our mistake, though its class is "connection".
        if self == .protocolViolation { return false }
        return Self.transientClasses.contains(code.prefix(2)) || code.hasPrefix("57P0")
            || Self.transientCodes.contains(self)
    }
}
