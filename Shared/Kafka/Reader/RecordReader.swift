import CRdKafka
import Threads

/// Reads given partitions from given offsets up to given ends, without a group and without a trace: for tools that go
/// through whole topics.
///
///     for try await records in RecordReader(settings, ranges: try await admin.watermarks(partitions)) { … }
///
/// Each element holds some records, those of a partition in order. What a slow reader has not taken yet waits in librdkafka, up to
/// `queued.max.messages.kbytes` a partition.
public struct RecordReader: AsyncSequence, Sendable {
    public typealias Element = [Record]

    private let settings: [String: String]
    private let ranges: [TopicPartition: Range<Int64>]
    private let patience: Duration?

    /// What is set where the caller sets nothing.
    public static let defaults = Consumer.defaults.merging(FetchWaker.settings) { $1 }.merging([
        "queued.min.messages": "10000", "queued.max.messages.kbytes": "16384",
    ]) { $1 }

    /// - Parameters:
    ///   - settings: librdkafka's, `bootstrap.servers` at least; see `KafkaConnection`.
    ///   - ranges: the offsets to read of each partition, as `Admin.watermarks` gives them.
    ///   - patience: how long no record may come before reading fails with `.timedOut`; nil waits for ever.
    public init(
        _ settings: [String: String], ranges: [TopicPartition: Range<Int64>], patience: Duration? = .seconds(30)
    ) {
        self.settings = Self.defaults.merging(settings) { $1 }.merging([
            "auto.offset.reset": "error", "enable.partition.eof": "true",
        ]) { $1 }
        self.ranges = ranges
        self.patience = patience
    }

    /// Reads on and on, what is there and what comes, until the reading is cancelled or fails.
    ///
    /// - Parameter starts: the offset to begin with of each partition.
    public static func endless(_ settings: [String: String], from starts: [TopicPartition: Int64]) -> RecordReader {
        RecordReader(settings, ranges: starts.mapValues { $0..<Int64.max }, patience: nil)
    }

    public func makeAsyncIterator() -> Iterator { Iterator(settings, ranges, patience) }

    public struct Iterator: AsyncIteratorProtocol {
        private let reading: Result<RangeConsumer, KafkaError>

        fileprivate init(
            _ settings: [String: String], _ ranges: [TopicPartition: Range<Int64>], _ patience: Duration?
        ) {
            reading = Result { () throws(KafkaError) in try RangeConsumer(settings, ranges, patience) }
        }

        /// - Throws: `.offsetOutOfRange` where a range begins before what the topic still has or after its end,
        ///   `.timedOut`, and whatever else ends the reading.
        public mutating func next() async throws(KafkaError) -> [Record]? {
            try await reading.get().next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(KafkaError) -> [Record]? {
            try await reading.get().next()
        }
    }
}
