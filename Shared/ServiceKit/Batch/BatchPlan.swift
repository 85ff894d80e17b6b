import Contracts
import Failpoints
import Kafka
import Postgres

/// One attempt at a batch: what its inputs turn out to be, and the requests that make it so.
///
/// Made anew for each attempt, since it rests on what is in the database at that moment.
struct BatchPlan<Handler: BatchHandler>: Sendable {
    typealias Command = Handler.Command

    private(set) var requests: [Request] = []
    /// One for each input that was given, in order.
    private(set) var receipts: [Receipt] = []
    /// The first input that names what the directory does not know yet.
    private(set) var early: (index: Int, refusal: Refusal)?
    /// What becomes of each request with a key.
    private(set) var keyed: [KeyedOutcome] = []

    /// What is given besides the inputs.
    struct Extras: Sendable {
        var directory: [DirectoryChange] = []
        var dead: [DeadLetter] = []
        var timers: [DueTimer] = []
        /// Which of the inputs came with an `Idempotency-Key`.
        var keyed: [KeyedRequest] = []
    }

    /// - Parameters:
    ///   - inputs: from a topic, over HTTP, or made of due timers.
    ///   - stage: how an input's way in is called in the reconciliation; nil is not counted.
    init(
        _ inputs: [Input<Command>], _ extras: Extras, handler: Handler, service: ServiceName, now: Instant,
        slot: Int32, publishesReceipts: Bool, in session: inout Session
    ) throws {
        var effects = Effects()
        var counts: [String: StageCount] = [:]
        var fresh: [Int] = []
        var stored: [InputRows.Row] = []
        var refused: [InputRows.Refused] = []
        var answers = [Receipt?](repeating: nil, count: inputs.count)

        // What was answered already is neither decided nor counted again.
        let kept = try KeyedAnswerRows.find(extras.keyed.map(\.key), in: &session)
        var passedOver: Set<Int> = []
        for request in extras.keyed where kept[request.key.name] != nil { passedOver.formUnion(request.inputs) }

        // What is known already, from before or from earlier in this very batch.
        let counted = inputs.filter { $0.origin != .timer }
        let known = Guard.naturalKey.isOff ? [:] : try InputRows.known(counted.map { $0.inputKey }, in: &session)
        var seen: [InputKey: [UInt8]] = known.mapValues(\.digest)
        for (index, input) in inputs.enumerated() {
            if passedOver.contains(index) {
                answers[index] = Receipt(id: input.envelope.id, verdict: .known)
                continue
            }
            guard input.origin != .timer else {
                fresh.append(index)
                continue
            }
            if let digest = seen[input.inputKey] {
                if digest == input.digest {
                    answers[index] = Receipt(
                        id: input.envelope.id, verdict: .known, result: known[input.inputKey]?.result,
                        token: known[input.inputKey]?.token)
                } else {
                    let refusal = Refusal(
                        .conflict, "the id was used for something else: send it again as it was, or use a new id")
                    answers[index] = Receipt(id: input.envelope.id, verdict: .refused, reason: refusal)
                }
            } else {
                seen[input.inputKey] = input.digest
                fresh.append(index)
            }
        }

        let verdicts =
            try fresh.isEmpty ? [] : handler.decide(fresh.map { inputs[$0] }, in: &session, at: now, &effects)
        precondition(verdicts.count == fresh.count, "decide must give a verdict for each input")
        let tokens = PublishedEvent.tokens(of: effects.events, by: service)
        for (index, verdict) in zip(fresh, verdicts) {
            let input = inputs[index]
            switch verdict {
            case .taken(let result):
                // Only whoever gets a receipt can ask for what it wrote.
                let token = input.isFromOutside || publishesReceipts ? tokens[input.envelope.id] : nil
                answers[index] = Receipt(id: input.envelope.id, verdict: .taken, result: result, token: token)
                if input.origin != .timer {
                    stored.append(.init(key: input.inputKey, digest: input.digest, result: result, token: token))
                }
            case .refused(let refusal):
                answers[index] = Receipt(id: input.envelope.id, verdict: .refused, reason: refusal)
            case .early(let refusal):
                if early == nil { early = (index, refusal) }
                answers[index] = Receipt(id: input.envelope.id, verdict: .refused, reason: refusal)
            }
        }
        receipts = answers.compactMap { $0 }

        for (index, (input, receipt)) in zip(inputs, receipts).enumerated() where input.origin != .timer {
            if passedOver.contains(index) { continue }
            let stage = input.stage
            switch receipt.verdict {
            case .taken: counts[stage, default: StageCount()].taken += 1
            case .known: counts[stage, default: StageCount()].known += 1
            case .refused:
                counts[stage, default: StageCount()].refused += 1
                if let refusal = receipt.reason {
                    refused.append(
                        .init(
                            key: input.inputKey, digest: input.digest, type: input.envelope.type, stage: stage,
                            refusal: refusal))
                }
            }
            if publishesReceipts {
                effects.publish(
                    try OutboxMessage(
                        receipt, for: input.envelope, key: input.key, from: input.place, service: service, at: now))
            }
        }
        for letter in extras.dead {
            counts[letter.topic, default: StageCount()].dead += 1
            effects.publish(letter.message(at: now))
            guard let reply = letter.reply else { continue }
            let receipt = Receipt(id: reply.envelope.id, verdict: .refused, reason: reply.refusal)
            effects.publish(
                try OutboxMessage(
                    receipt, for: reply.envelope, key: letter.key, from: (letter.partition, letter.offset),
                    service: service, at: now))
        }
        for timer in extras.timers { effects.consume(timer) }

        let firsts = try settle(extras.keyed, kept)
        requests =
            [InputRows.store(stored, at: now), KeyedAnswerRows.keep(firsts)].compactMap { $0 }
            + DirectoryRows.requests(for: extras.directory)
            + effects.requests + effects.timers.requests
            + [InputRows.refuse(refused, at: now), Outbox.request(effects.messages)].compactMap { $0 }
            + [StageCount.request(counts, slot: slot)].compactMap { $0 }
        work = Work(
            outbox: ShardSet(effects.messages.map(\.shard)),
            timers: effects.timers.shards(dueBefore: now + TimerLookout.pause))
    }

    /// - Returns: the answers that are to be kept.
    private mutating func settle(
        _ requests: [KeyedRequest], _ kept: [IdempotencyKey.Name: KeyedAnswerRows.Kept]
    ) throws -> [(key: IdempotencyKey, answer: KeyedAnswer)] {
        var firsts: [(key: IdempotencyKey, answer: KeyedAnswer)] = []
        for request in requests {
            if let kept = kept[request.key.name] {
                keyed.append(kept.digest == request.key.digest ? .replay(kept.answer) : .otherRequest)
            } else {
                let answer = try request.answer(Array(receipts[request.inputs]))
                keyed.append(.first(answer))
                firsts.append((request.key, answer))
            }
        }
        return firsts
    }

    /// What the relay and the timer loop have to look at once it is committed.
    private(set) var work = Work()
}

extension Input {
    var isFromOutside: Bool {
        if case .http = origin { true } else { false }
    }

    /// Where on its topic it lies.
    fileprivate var place: (partition: Int32, offset: Int64)? {
        if case .topic(_, let partition, let offset) = origin { (partition, offset) } else { nil }
    }

    var stage: String {
        switch origin {
        case .topic(let topic, _, _): topic
        case .http(let route): route
        case .timer: "timer"
        }
    }
}

extension OutboxMessage {
    /// A receipt on the service's receipts topic, under the input's own key, or else its id.
    ///
    /// - Parameter place: a repeat of an input gets a receipt of its own, which this tells apart.
    fileprivate init(
        _ receipt: Receipt, for input: EventEnvelope, key: [UInt8]?, from place: (partition: Int32, offset: Int64)?,
        service: ServiceName, at now: Instant
    ) throws {
        let type = ReceiptIssued.type(of: service)
        let ordinal = place.map { Int($0.partition) << 48 | Int($0.offset) } ?? 0
        let id = EventID.derived(
            from: "\(input.source) \(input.id)", at: now, type: type, subject: input.id, ordinal: ordinal)
        let envelope = EventEnvelope(
            id: id.description, source: service.source, type: type, subject: input.id, time: now, recordedAt: now,
            correlationID: input.correlationID, causationID: input.id)
        self.init(
            topic: Topic.receipts(of: service).name, key: key ?? Array(input.id.utf8),
            value: try EventJSON.encode(ReceiptIssued(source: input.source, receipt: receipt)),
            headers: Headers(of: envelope))
    }
}
