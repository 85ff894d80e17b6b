import Contracts
import Crypto
import Postgres

/// The columns of intake that are encrypted, each value bound to its row: what a neighbour said at the door, and which door
/// it was.
struct SealedColumns: Sendable {
    let cipher: ColumnCipher

    enum VisitColumn: String { case label, note }

    func seal(_ text: String?, of visit: EventID, _ column: VisitColumn) -> Bytes? {
        text.map { Bytes(cipher.seal(Array($0.utf8), authenticating: Self.context(visit, column))) }
    }

    func seal(_ value: String, _ fact: FactKey) -> Bytes {
        Bytes(cipher.seal(Array(value.utf8), authenticating: fact.context))
    }

    /// - Throws: `ColumnCipherError`.
    func open(_ sealed: Bytes, _ fact: FactKey) throws -> String {
        String(decoding: try cipher.open(sealed.bytes, authenticating: fact.context), as: UTF8.self)
    }

    private static func context(_ visit: EventID, _ column: VisitColumn) -> [UInt8] {
        Array("intake.visit.\(column.rawValue)/\(visit)".utf8)
    }
}

/// The key of a row of `fact`: a value that is copied to another one does not open there.
struct FactKey: Sendable {
    let register: String
    let subject: String
    let attribute: String
    let since: Timestamp
    let visit: EventID

    fileprivate var context: [UInt8] {
        Array("intake.fact.value/\(register)/\(subject)/\(attribute)/\(Instant(since).milliseconds)/\(visit)".utf8)
    }
}
