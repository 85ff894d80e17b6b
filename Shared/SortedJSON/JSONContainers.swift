/// The members of an object.
struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let document: JSONDocument
    let depth: Int

    var codingPath: [any CodingKey] { document.codingPath }

    private func begin(_ key: some CodingKey) { document.text.member(key.stringValue, at: depth) }

    private func write(_ value: some BinaryInteger, _ key: Key) {
        begin(key)
        document.text.integer(value)
    }

    func encodeNil(forKey key: Key) {
        begin(key)
        document.text.literal("null")
    }

    func encode(_ value: Bool, forKey key: Key) {
        begin(key)
        document.text.literal(value ? "true" : "false")
    }

    func encode(_ value: String, forKey key: Key) {
        begin(key)
        document.text.string(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        begin(key)
        try document.write(value)
    }

    func encode(_ value: Float, forKey key: Key) throws {
        begin(key)
        try document.write(value)
    }

    func encode(_ value: Int, forKey key: Key) { write(value, key) }
    func encode(_ value: Int8, forKey key: Key) { write(value, key) }
    func encode(_ value: Int16, forKey key: Key) { write(value, key) }
    func encode(_ value: Int32, forKey key: Key) { write(value, key) }
    func encode(_ value: Int64, forKey key: Key) { write(value, key) }
    func encode(_ value: UInt, forKey key: Key) { write(value, key) }
    func encode(_ value: UInt8, forKey key: Key) { write(value, key) }
    func encode(_ value: UInt16, forKey key: Key) { write(value, key) }
    func encode(_ value: UInt32, forKey key: Key) { write(value, key) }
    func encode(_ value: UInt64, forKey key: Key) { write(value, key) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        begin(key)
        try document.write(value, at: depth + 1)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        begin(key)
        return JSONEncoding(document: document, depth: depth + 1).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        begin(key)
        return JSONEncoding(document: document, depth: depth + 1).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        document.text.member("super", at: depth)
        return JSONEncoding(document: document, depth: depth + 1)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        begin(key)
        return JSONEncoding(document: document, depth: depth + 1)
    }
}

/// The elements of an array.
struct JSONElements: UnkeyedEncodingContainer {
    let document: JSONDocument
    let depth: Int

    var codingPath: [any CodingKey] { document.codingPath }
    var count: Int { document.text.count(at: depth) }

    private func begin() { document.text.element(at: depth) }

    private func write(_ value: some BinaryInteger) {
        begin()
        document.text.integer(value)
    }

    func encodeNil() {
        begin()
        document.text.literal("null")
    }

    func encode(_ value: Bool) {
        begin()
        document.text.literal(value ? "true" : "false")
    }

    func encode(_ value: String) {
        begin()
        document.text.string(value)
    }

    func encode(_ value: Double) throws {
        begin()
        try document.write(value)
    }

    func encode(_ value: Float) throws {
        begin()
        try document.write(value)
    }

    func encode(_ value: Int) { write(value) }
    func encode(_ value: Int8) { write(value) }
    func encode(_ value: Int16) { write(value) }
    func encode(_ value: Int32) { write(value) }
    func encode(_ value: Int64) { write(value) }
    func encode(_ value: UInt) { write(value) }
    func encode(_ value: UInt8) { write(value) }
    func encode(_ value: UInt16) { write(value) }
    func encode(_ value: UInt32) { write(value) }
    func encode(_ value: UInt64) { write(value) }

    func encode(_ value: some Encodable) throws {
        begin()
        try document.write(value, at: depth + 1)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        begin()
        return JSONEncoding(document: document, depth: depth + 1).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        begin()
        return JSONEncoding(document: document, depth: depth + 1).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        begin()
        return JSONEncoding(document: document, depth: depth + 1)
    }
}

/// A value that is neither an array nor an object, or written as another one is.
struct JSONSingle: SingleValueEncodingContainer {
    let document: JSONDocument
    let depth: Int

    var codingPath: [any CodingKey] { document.codingPath }

    func encodeNil() { document.text.literal("null") }
    func encode(_ value: Bool) { document.text.literal(value ? "true" : "false") }
    func encode(_ value: String) { document.text.string(value) }
    func encode(_ value: Double) throws { try document.write(value) }
    func encode(_ value: Float) throws { try document.write(value) }
    func encode(_ value: Int) { document.text.integer(value) }
    func encode(_ value: Int8) { document.text.integer(value) }
    func encode(_ value: Int16) { document.text.integer(value) }
    func encode(_ value: Int32) { document.text.integer(value) }
    func encode(_ value: Int64) { document.text.integer(value) }
    func encode(_ value: UInt) { document.text.integer(value) }
    func encode(_ value: UInt8) { document.text.integer(value) }
    func encode(_ value: UInt16) { document.text.integer(value) }
    func encode(_ value: UInt32) { document.text.integer(value) }
    func encode(_ value: UInt64) { document.text.integer(value) }
    func encode(_ value: some Encodable) throws { try document.write(value, at: depth) }
}
