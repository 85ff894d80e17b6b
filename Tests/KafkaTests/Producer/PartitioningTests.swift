import Kafka
import TestSupport
import Testing

struct `The partition of a key` {
    /// The hashes that Kafka's own tests expect (UtilsTest.java, testMurmur2), made partitions as its producer does.
    @Test(arguments: [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ])
    func `is the one that Java's producer chooses`(key: String, hash: Int32) {
        for partitions: Int32 in [1, 2, 12, 100] {
            #expect(
                Producer.murmur2Partition(key: Array(key.utf8), partitions: partitions)
                    == (hash & 0x7fff_ffff) % partitions)
        }
    }

    @Test(.needsRealKafka) func `is where the producer puts it`() async throws {
        try await withTopics(7) { topics in
            let keys = (0..<500).map { Array("key-\($0)".utf8) } + [[]]
            let producer = try Producer(topics.settings)
            try await producer.send(keys.map { OutgoingRecord(topic: topics.name, key: $0, value: []) })
            await producer.close()
            let ranges = try await Admin(topics.settings).watermarks(topics.partitions(7))
            var count = 0
            for try await records in RecordReader(topics.settings, ranges: ranges) {
                for record in records {
                    let key = try #require(record.key)
                    #expect(record.partition == Producer.murmur2Partition(key: key, partitions: 7), "\(key)")
                    count += 1
                }
            }
            #expect(count == keys.count)
        }
    }
}
