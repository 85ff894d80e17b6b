@testable import Crypto

struct NotAnObject: Error {}

/// `#require` can't give back a value that can't be copied.
func object(_ text: String) throws -> JSONObject {
    guard let object = JSONObject(parsing: Array(text.utf8)) else { throw NotAnObject() }
    return object
}
