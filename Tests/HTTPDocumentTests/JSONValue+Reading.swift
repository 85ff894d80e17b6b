import Contracts

/// Parts of a document; what is not there fails the test.
extension JSONValue {
    struct Missing: Error {}

    subscript(name: String) -> JSONValue {
        get throws {
            guard let value = try object[name] else { throw Missing() }
            return value
        }
    }

    var object: [String: JSONValue] {
        get throws {
            guard case .object(let members) = self else { throw Missing() }
            return members
        }
    }

    var array: [JSONValue] {
        get throws {
            guard case .array(let items) = self else { throw Missing() }
            return items
        }
    }

    var string: String {
        get throws {
            guard case .string(let text) = self else { throw Missing() }
            return text
        }
    }
}
