/// How the records of one partition become batches. It only decides; the consumer does.
struct Batching {
    enum Phase { case stopped, fetching, revoked }

    private(set) var phase = Phase.stopped
    /// The offset that the next record will have, or be above.
    private(set) var nextOffset: Int64 = 0
    /// Up to where the reader has finished.
    private(set) var finishedOffset: Int64 = 0
    /// The reader has a batch.
    private(set) var isBusy = false

    /// The batch being filled.
    private var records: [Record] = []
    private var bytes = 0
    private var firstArrival = ContinuousClock.now
    /// Where the batch begins that the reader has: where the one before it ended, or where the partition was started.
    private(set) var batchStart: Int64 = 0
    /// Where the batch ends that the reader has.
    private var batchEnd: Int64 = 0

    // MARK: Changes of phase

    mutating func start(at offset: Int64) {
        drop()
        phase = .fetching
        nextOffset = offset
        finishedOffset = offset
        // A batch from before, that is still with the reader, says nothing about the new start.
        batchEnd = offset
    }

    mutating func stop() {
        drop()
        phase = .stopped
    }

    mutating func revoke() {
        drop()
        phase = .revoked
    }

    private mutating func drop() {
        records = []
        bytes = 0
    }

    // MARK: Records

    /// Whether a record would be taken in. While the reader has a batch the next one is not begun: its records wait
    /// where librdkafka keeps them.
    func wantsRecords(_ options: Consumer.Options) -> Bool {
        phase == .fetching && !isBusy && !isFull(options)
    }

    func isFull(_ options: Consumer.Options) -> Bool {
        records.count >= options.maxBatch || bytes >= options.maxBatchBytes
    }

    mutating func receive(_ record: Record, _ options: Consumer.Options) {
        // What was fetched before a new start is no part of what begins there.
        guard record.offset >= nextOffset else { return }
        if records.isEmpty {
            firstArrival = .now
            records.reserveCapacity(options.maxBatch)
        }
        records.append(record)
        bytes += record.size
        nextOffset = record.offset + 1
    }

    /// When what has been received goes as a batch, full or not; `nil` where there is nothing.
    func due(_ options: Consumer.Options) -> ContinuousClock.Instant? {
        if records.isEmpty || isBusy { return nil }
        return isFull(options) ? firstArrival : firstArrival.advanced(by: options.maxWait)
    }

    /// The records of the next batch, if it is due; the reader has it from then on.
    mutating func takeBatch(_ options: Consumer.Options, now: ContinuousClock.Instant) -> [Record]? {
        guard let due = due(options), now >= due else { return nil }
        let batch = records
        drop()
        batchStart = batchEnd
        batchEnd = nextOffset
        isBusy = true
        return batch
    }

    /// The reader has dealt with its batch.
    mutating func finish() {
        if isBusy, phase == .fetching { finishedOffset = batchEnd }
        isBusy = false
    }

    /// The batch was taken back before the reader saw it.
    mutating func withdraw() { isBusy = false }
}
