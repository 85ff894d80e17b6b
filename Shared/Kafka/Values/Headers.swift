/// A record's headers, in order; a name may occur several times.
///
/// One run of bytes, and not an array of pairs: an event has a dozen headers, and an allocation for each name and for each value was
/// a tenth of what a record cost.
public struct Headers: Sendable, Hashable {
    /// Of each header its name and its value, each with its length in front (big-endian 32 bits).
    public private(set) var bytes: [UInt8] = []
    public private(set) var count = 0

    public init() {}

    public init(_ headers: some Sequence<Header>) {
        for header in headers { append(header) }
    }

    public init(_ headers: some Sequence<(name: String, value: String)>) {
        for (name, value) in headers { append(name, value) }
    }

    /// - Returns: nil where the bytes are not so many headers and nothing else.
    public init?(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
        var seen = 0
        var end = 0
        forEachField { _, value in (seen, end) = (seen + 1, value.upperBound) }
        guard seen == count, end == bytes.count else { return nil }
    }

    public mutating func append(_ header: Header) { append(header.name) { $0 += header.value } }

    public mutating func append(_ name: String, _ value: String) { append(name) { $0 += value.utf8 } }

    mutating func append(_ name: String, _ value: UnsafeRawBufferPointer) {
        append(name) { unsafe $0.append(contentsOf: value) }
    }

    private mutating func append(_ name: String, _ addValue: (inout [UInt8]) -> Void) {
        if bytes.isEmpty { bytes.reserveCapacity(640) }
        addField { $0 += name.utf8 }
        addField(addValue)
        count += 1
    }

    private mutating func addField(_ add: (inout [UInt8]) -> Void) {
        let start = bytes.count
        for _ in 0..<4 { bytes.append(0) }
        add(&bytes)
        var length = UInt32(bytes.count - start - 4)
        for place in (start..<start + 4).reversed() {
            bytes[place] = UInt8(truncatingIfNeeded: length)
            length >>= 8
        }
    }

    /// The value of the first header of that name.
    public subscript(name: String) -> ArraySlice<UInt8>? {
        let length = name.utf8.count
        var position = 0
        while let (found, value) = header(at: position) {
            if found.count == length, bytes[found].elementsEqual(name.utf8) { return bytes[value] }
            position = value.upperBound
        }
        return nil
    }

    /// Where in `bytes` each name and each value lies.
    func forEachField(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        var position = 0
        while let (name, value) = header(at: position) {
            body(name, value)
            position = value.upperBound
        }
    }

    fileprivate func header(at start: Int) -> (name: Range<Int>, value: Range<Int>)? {
        guard let name = field(at: start), let value = field(at: name.upperBound) else { return nil }
        return (name, value)
    }

    private func field(at start: Int) -> Range<Int>? {
        guard start + 4 <= bytes.count else { return nil }
        let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        return start + 4 + length <= bytes.count ? start + 4..<start + 4 + length : nil
    }
}

extension Headers: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate let headers: Headers
        fileprivate var position = 0

        public mutating func next() -> Header? {
            guard let (name, value) = headers.header(at: position) else { return nil }
            position = value.upperBound
            return Header(String(decoding: headers.bytes[name], as: UTF8.self), Array(headers.bytes[value]))
        }
    }

    public func makeIterator() -> Iterator { Iterator(headers: self) }
    public var underestimatedCount: Int { count }
}

extension Headers: ExpressibleByArrayLiteral {
    public init(arrayLiteral headers: Header...) { self.init(headers) }
}
