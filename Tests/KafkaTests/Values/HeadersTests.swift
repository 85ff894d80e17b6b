import Testing

@testable import Kafka

struct HeadersTests {
    private let pairs = [
        Header("ce_id", Array("f-1".utf8)), Header("ce_id", [0, 255]), Header("", []), Header("楼道", []),
        Header("long", Array(repeating: 9, count: 70_000)),
    ]

    @Test func `headers come back in order, repeats and empty ones included`() {
        let headers = Headers(pairs)
        #expect(Array(headers) == pairs && headers.count == 5)
        #expect(headers == Headers(pairs) && headers != Headers(pairs.reversed()))
        #expect(Array(Headers()) == [] && Headers().bytes.isEmpty)
        #expect(Headers([(name: "a", value: "b")]) == [Header("a", [0x62])])
    }

    @Test func `a name gives the first value under it, and only under all of it`() {
        let headers = Headers(pairs)
        #expect(headers["ce_id"].map { Array($0) } == Array("f-1".utf8))
        #expect(headers["楼道"]?.isEmpty == true && headers[""]?.isEmpty == true)
        #expect(headers["ce_i"] == nil && headers["ce_id2"] == nil && Headers()["ce_id"] == nil)
    }

    @Test func `bytes that are not so many headers, and nothing else, are none`() {
        let headers = Headers(pairs.prefix(4))
        #expect(Headers(bytes: headers.bytes, count: 4) == headers)
        for count in [0, 3, 5] { #expect(Headers(bytes: headers.bytes, count: count) == nil) }
        for length in 0..<headers.bytes.count {
            #expect(Headers(bytes: Array(headers.bytes.prefix(length)), count: 4) == nil)
        }
        #expect(Headers(bytes: headers.bytes + [0], count: 4) == nil)
        #expect(Headers(bytes: [], count: 0) == Headers())
    }

    @Test func `a record's size is that of its key, value, names and values`() {
        let record = Record(
            topic: "t", partition: 0, offset: 0, key: [1], value: [2, 3], headers: [Header("ab", [4]), Header("c", [])])
        #expect(record.size == 7)
    }
}
