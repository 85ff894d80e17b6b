/// The state of one assigned partition. It decides; the consumer does.
final class Lane {
    enum Phase { case stopped, fetching, revoked }

    let partition: TopicPartition
    private(set) var phase = Phase.stopped
    /// The offset of the next record to come, or that the next record must not be below.
    private(set) var nextOffset: Int64 = 0
    /// Up to where the reader has finished.
    private(set) var finishedOffset: Int64 = 0
    /// The reader has a batch.
    private(set) var isBusy = false
    /// librdkafka was told to pause.
    var isPaused = false

    /// Records in chunks that are batches already: taking one moves none of the others.
    private var chunks: [[Record]] = []
    private var lastChunkBytes = 0
    private var batchEnd: Int64 = 0
    private(set) var waiting = 0
    private(set) var waitingBytes = 0
    private var firstArrival = ContinuousClock.now

    init(_ partition: TopicPartition) { self.partition = partition }

    // MARK: Changes of phase

    func start(at offset: Int64) {
        dropWaiting()
        phase = .fetching
        nextOffset = offset
        finishedOffset = offset
        // A batch from before, that is still with the reader, says nothing about the new start.
        batchEnd = offset
    }

    func stop() {
        dropWaiting()
        phase = .stopped
    }

    func revoke() {
        dropWaiting()
        phase = .revoked
    }

    private func dropWaiting() {
        chunks = []
        lastChunkBytes = 0
        waiting = 0
        waitingBytes = 0
    }

    // MARK: Records

    /// Takes a record in.
    func receive(_ record: Record, _ options: Consumer.Options) {
        let size = record.size
        let isFull = lastChunkBytes + size > options.maxBatchBytes
        if let last = chunks.indices.last, chunks[last].count < options.maxBatch, !isFull {
            chunks[last].append(record)
            lastChunkBytes += size
        } else {
            if chunks.isEmpty { firstArrival = .now }
            var chunk: [Record] = []
            chunk.reserveCapacity(min(options.maxBatch, 64))
            chunk.append(record)
            chunks.append(chunk)
            lastChunkBytes = size
        }
        nextOffset = record.offset + 1
        waiting += 1
        waitingBytes += size
    }

    /// Whether a batch can go without waiting for more records.
    func hasFullBatch(_ options: Consumer.Options) -> Bool {
        guard !isBusy, let first = chunks.first else { return false }
        return chunks.count > 1 || first.count >= options.maxBatch || lastChunkBytes >= options.maxBatchBytes
    }

    /// When the records that wait have waited long enough; `nil` where none can go.
    func due(_ options: Consumer.Options) -> ContinuousClock.Instant? {
        isBusy || chunks.isEmpty ? nil : firstArrival.advanced(by: options.maxWait)
    }

    /// The next batch, if one is due.
    func takeBatch(_ options: Consumer.Options, now: ContinuousClock.Instant) -> Consumer.Batch? {
        guard let due = due(options), hasFullBatch(options) || now >= due else { return nil }
        let records = chunks.removeFirst()
        let batch = Consumer.Batch(partition: partition, records: records)
        if chunks.isEmpty { lastChunkBytes = 0 }
        waiting -= records.count
        waitingBytes -= records.reduce(0) { $0 + $1.size }
        batchEnd = batch.nextOffset
        isBusy = true
        return batch
    }

    /// The reader has dealt with its batch.
    func finish() {
        if isBusy, phase == .fetching { finishedOffset = max(finishedOffset, batchEnd) }
        isBusy = false
    }

    /// The batch was taken back before the reader saw it.
    func withdraw() { isBusy = false }

    // MARK: Backpressure

    func mustPause(_ options: Consumer.Options) -> Bool {
        !isPaused && (waiting >= options.maxWaiting || waitingBytes >= options.maxWaitingBytes)
    }

    func mayResume(_ options: Consumer.Options) -> Bool {
        isPaused && waiting <= options.maxWaiting / 2 && waitingBytes <= options.maxWaitingBytes / 2
    }
}
