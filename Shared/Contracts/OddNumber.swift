/// Numbers that are no whole ones of 64 bits. None of our members takes one, and the decoder gives up without saying where it
/// met it.
enum OddNumber {
    static func find(in bytes: [UInt8]) -> UnreadableEvent? {
        (try? EventJSON.decode(JSONValue.self, from: bytes)).flatMap(fault)
    }

    static func find(in decoder: any Decoder) -> UnreadableEvent? {
        guard let value = try? JSONValue(from: decoder) else {
            return UnreadableEvent(.wrongShape, "a number in it is too large: write whole numbers")
        }
        return fault(value)
    }

    private static func fault(_ value: JSONValue) -> UnreadableEvent? {
        let places = pointers(to: value)
        guard !places.isEmpty else { return nil }
        return UnreadableEvent(
            .wrongShape, "\(places.prefix(5).joined(separator: " or ")) must be a whole number of at most 64 bits")
    }

    /// Where they are, in the order of names.
    private static func pointers(to value: JSONValue) -> [String] {
        switch value {
        case .number: [""]
        case .array(let items):
            items.enumerated().flatMap { index, item in pointers(to: item).map { "/\(index)" + $0 } }
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { name, item in
                pointers(to: item).map { "/" + name.replacing("~", with: "~0").replacing("/", with: "~1") + $0 }
            }
        case .null, .bool, .integer, .string: []
        }
    }
}
