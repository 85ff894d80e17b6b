import Contracts
import Kafka

/// A batch of a partition, or a part of one: a run of records and the move of the position that goes with it.
struct BatchWork<Command: Sendable>: Sendable {
    let topic: String
    let partition: TopicPartition
    let source: Source<Command>
    /// What the records are, in the order of their offsets.
    let arrivals: [Source<Command>.Arrival]
    let offsets: [Int64]
    let epoch: Int64
    let from: Int64
    let to: Int64

    init(
        topic: String, partition: TopicPartition, source: Source<Command>, arrivals: [Source<Command>.Arrival],
        offsets: [Int64], epoch: Int64, from: Int64, to: Int64
    ) {
        self.topic = topic
        self.partition = partition
        self.source = source
        self.arrivals = arrivals
        self.offsets = offsets
        self.epoch = epoch
        self.from = from
        self.to = to
    }

    /// Positions are kept under the topic's name without prefix.
    var fence: Fence {
        Fence(topic: topic, partition: partition.partition, epoch: epoch, from: from, to: to)
    }

    var publishesReceipts: Bool { source.sender == .gateway }

    /// How long its partition waits for what the directory may bring. A gateway hears of a refusal that came too early, and
    /// sends again; of what a service said, it would be a loss.
    var patience: Duration { source.sender == .gateway ? .seconds(10) : .seconds(60) }

    var inputs: [Input<Command>] {
        arrivals.compactMap { arrival in
            if case .input(let input, _) = arrival { input } else { nil }
        }
    }

    func extras<Handler: BatchHandler>(for _: Handler.Type) -> BatchPlan<Handler>.Extras
    where Handler.Command == Command {
        var extras = BatchPlan<Handler>.Extras()
        for arrival in arrivals {
            switch arrival {
            case .directory(let change): extras.directory.append(change)
            case .dead(let letter): extras.dead.append(letter)
            case .input, .ignored: break
            }
        }
        return extras
    }

    /// Two parts: up to the given input, and from it on.
    func split(beforeInput index: Int) -> [BatchWork] {
        let inputPlaces = arrivals.indices.filter { place in
            if case .input = arrivals[place] { true } else { false }
        }
        return split(at: inputPlaces[index])
    }

    func halves() -> [BatchWork] { split(at: arrivals.count / 2) }

    private func split(at place: Int) -> [BatchWork] {
        guard place > 0 else { return [self] }
        let middle = offsets[place]
        return [part(0..<place, from: from, to: middle), part(place..<arrivals.count, from: middle, to: to)]
    }

    private func part(_ places: Range<Int>, from: Int64, to: Int64) -> BatchWork {
        BatchWork(
            topic: topic, partition: partition, source: source, arrivals: Array(arrivals[places]),
            offsets: Array(offsets[places]), epoch: epoch, from: from, to: to)
    }

    /// The same move past a single record, which is put among the dead instead of having effects.
    func buried(reason: String, detail: String, sealing seal: DeadLetterSeal) -> BatchWork? {
        guard case .input(let input, let record) = arrivals.first else { return nil }
        var letter = seal.close(record, topic: topic, reason: reason, detail: detail)
        if publishesReceipts {
            let refusal = Refusal(
                .malformed,
                "it cannot be stored as it is: the operators have it among the dead letters, with the reason")
            letter.reply = .init(envelope: input.envelope, refusal: refusal)
        }
        return BatchWork(
            topic: topic, partition: partition, source: source, arrivals: [.dead(letter)], offsets: offsets,
            epoch: epoch, from: from, to: to)
    }
}
