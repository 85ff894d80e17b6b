import CCjose
import Glibc

/// A JSON object of others' making, read or built with jansson, which cjose works on too.
///
/// Reading is strict, since it is a security boundary: a name that occurs twice is refused, and so is what follows the
/// object, a NUL in a text, or bytes that are no UTF-8.
///
/// An instance owns one reference to the C value.
@safe
struct JSONObject: ~Copyable {
    let pointer: UnsafeMutablePointer<json_t>

    init?(parsing bytes: [UInt8]) {
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(buffer.baseAddress, buffer.count, Int(JSON_REJECT_DUPLICATES), nil)
        }
        guard let parsed = unsafe parsed else { return nil }
        guard unsafe parsed.pointee.type == JSON_OBJECT else {
            unsafe json_decref(parsed)
            return nil
        }
        unsafe pointer = parsed
    }

    init() {
        guard let object = unsafe json_object() else { preconditionFailure("jansson has no memory left") }
        unsafe pointer = object
    }

    @unsafe
    private init(retaining element: UnsafeMutablePointer<json_t>) {
        unsafe pointer = json_incref(element)
    }

    deinit {
        unsafe json_decref(pointer)
    }

    private func member(_ name: String) -> UnsafeMutablePointer<json_t>? {
        unsafe json_object_get(pointer, name)
    }

    func has(_ name: String) -> Bool {
        unsafe member(name) != nil
    }

    func string(_ name: String) -> String? {
        unsafe member(name).flatMap(Self.string)
    }

    /// A number with or without a fraction.
    func number(_ name: String) -> Double? {
        guard let value = unsafe member(name) else { return nil }
        guard unsafe value.pointee.type == JSON_INTEGER || value.pointee.type == JSON_REAL else { return nil }
        return unsafe json_number_value(value)
    }

    /// Nil unless it is an array of texts alone.
    func strings(_ name: String) -> [String]? {
        guard let array = unsafe member(name), unsafe array.pointee.type == JSON_ARRAY else { return nil }
        var strings: [String] = []
        for index in unsafe 0..<json_array_size(array) {
            guard let element = unsafe json_array_get(array, index), let string = unsafe Self.string(element) else {
                return nil
            }
            strings.append(string)
        }
        return strings
    }

    /// How many elements the array has; nil if it is none.
    func count(of name: String) -> Int? {
        guard let array = unsafe member(name), unsafe array.pointee.type == JSON_ARRAY else { return nil }
        return unsafe json_array_size(array)
    }

    /// An element of the array; nil if it is no object.
    func object(in name: String, at index: Int) -> JSONObject? {
        guard let element = unsafe json_array_get(member(name), index), unsafe element.pointee.type == JSON_OBJECT
        else {
            return nil
        }
        return unsafe JSONObject(retaining: element)
    }

    /// Every member that is a text, by its name.
    func allStrings() -> [String: String] {
        var members: [String: String] = [:]
        var iterator = unsafe json_object_iter(pointer)
        while let entry = unsafe iterator {
            if let name = unsafe json_object_iter_key(entry), let value = unsafe json_object_iter_value(entry) {
                unsafe members[String(cString: name)] = Self.string(value)
            }
            unsafe iterator = json_object_iter_next(pointer, entry)
        }
        return members
    }

    @unsafe
    private static func string(_ value: UnsafeMutablePointer<json_t>) -> String? {
        guard let start = unsafe json_string_value(value) else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: json_string_length(value))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONObject {
    mutating func set(_ name: String, _ text: String) {
        unsafe set(name, json_stringn(text, text.utf8.count))
    }

    mutating func set(_ name: String, _ number: Int64) {
        unsafe set(name, json_integer(number))
    }

    mutating func set(_ name: String, _ texts: [String]) {
        let array = unsafe json_array()
        for text in texts {
            unsafe require(json_array_append_new(array, json_stringn(text, text.utf8.count)))
        }
        unsafe set(name, array)
    }

    /// Members in the order of their names, no spaces.
    func serialized() -> [UInt8] {
        guard let text = unsafe json_dumps(pointer, Int(JSON_COMPACT | JSON_SORT_KEYS)) else {
            preconditionFailure("jansson has no memory left")
        }
        return unsafe takeText(text)
    }

    @unsafe
    private mutating func set(_ name: String, _ value: UnsafeMutablePointer<json_t>?) {
        unsafe require(json_object_set_new(pointer, name, value))
    }

    /// The texts are Swift's, so UTF-8 without fault: only want of memory is left.
    private func require(_ result: Int32) {
        precondition(result == 0, "jansson refused a value")
    }
}

/// The bytes of a text that C allocated for its caller, which is freed.
@unsafe
func takeText(_ text: UnsafeMutablePointer<CChar>) -> [UInt8] {
    defer { unsafe free(text) }
    return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
