import Testing

@testable import Kafka

/// One partition, offsets from 0 on, records of 10 bytes.
struct `Records becoming batches` {
    var options = Consumer.Options()
    var batching = Batching()

    init() {
        options.maxBatch = 3
        options.maxBatchBytes = 1000
        options.maxWait = .milliseconds(10)
        batching.start(at: 0)
    }

    /// Takes in records while they are wanted.
    mutating func receive(_ offsets: ClosedRange<Int64>, bytes: Int = 10) {
        for offset in offsets where batching.wantsRecords(options) {
            let value = [UInt8](repeating: 1, count: bytes)
            batching.receive(Record(topic: "t", partition: 0, offset: offset, value: value), options)
        }
    }

    mutating func takeBatch(after wait: Duration = .zero) -> [Int64]? {
        batching.takeBatch(options, now: .now + wait)?.map(\.offset)
    }

    @Test mutating func `a full batch goes at once, and no record beyond it is taken`() {
        receive(0...10)
        #expect(takeBatch() == [0, 1, 2])
        #expect(batching.nextOffset == 3)
    }

    @Test mutating func `a batch that is not full waits for others until its first record has waited long enough`() {
        receive(0...1)
        #expect(takeBatch() == nil)
        #expect(takeBatch(after: .milliseconds(11)) == [0, 1])
    }

    @Test mutating func `a batch ends with the record that brings it to its bytes`() {
        receive(0...10, bytes: 600)
        #expect(takeBatch() == [0, 1])
    }

    @Test mutating func `nothing is taken while the reader has a batch`() {
        receive(0...2)
        #expect(takeBatch() == [0, 1, 2])
        receive(3...5)
        #expect(takeBatch(after: .seconds(1)) == nil)
        batching.finish()
        receive(3...5)
        #expect(takeBatch() == [3, 4, 5])
    }

    @Test mutating func `a partition that is not started wants no records`() {
        var fresh = Batching()
        #expect(!fresh.wantsRecords(options))
        fresh.start(at: 7)
        #expect(fresh.wantsRecords(options))
        fresh.stop()
        #expect(!fresh.wantsRecords(options))
        batching.revoke()
        #expect(!batching.wantsRecords(options))
    }

    @Test mutating func `a new start drops what waits, and the reader's batch is still the reader's`() {
        receive(0...2)
        #expect(takeBatch() == [0, 1, 2])
        batching.start(at: 1)
        #expect(batching.nextOffset == 1)
        #expect(takeBatch(after: .seconds(1)) == nil)
        batching.finish()
        receive(1...3)
        #expect(takeBatch() == [1, 2, 3])
    }

    @Test
    mutating func `a batch begins where the one before ended or the partition was started, missing offsets or not`() {
        receive(2...4)
        _ = takeBatch()
        #expect(batching.batchStart == 0)
        batching.finish()
        receive(7...9)
        _ = takeBatch()
        #expect(batching.batchStart == 5)
        batching.start(at: 3)
        batching.finish()
        receive(3...5)
        _ = takeBatch()
        #expect(batching.batchStart == 3)
    }

    @Test mutating func `records from before the start are passed over`() {
        batching.start(at: 3)
        receive(1...5)
        #expect(takeBatch() == [3, 4, 5])
    }

    @Test mutating func `what is finished counts for the lag, except of a batch from before a new start`() {
        receive(0...2)
        _ = takeBatch()
        #expect(batching.finishedOffset == 0)
        batching.finish()
        #expect(batching.finishedOffset == 3)
        receive(3...5)
        _ = takeBatch()
        batching.start(at: 1)
        batching.finish()
        #expect(batching.finishedOffset == 1)
    }
}
