public import Contracts
import HTTPMessages
public import HTTPServer
import Postgres

extension ServiceContext {
    /// Takes a body of items of one type, commits those that can be read, and answers with receipts.
    ///
    /// - Parameters:
    ///   - summary: one line for the documents.
    ///   - example: an item as JSON; a test reads it.
    ///   - wrap: makes the service's command of the payload.
    public func upload<Payload: EventPayload>(
        _ pattern: RoutePattern, _: Payload.Type, _ summary: String, for audience: Audience, example: String,
        _ wrap: @escaping @Sendable (Payload) -> Handler.Command
    ) -> Endpoint {
        let operation = Operation.upload(Payload.self, summary, audience, example: example)
        let stage = "POST \(pattern)"
        return endpoint(.post, pattern, limits: UploadLimit.body, operation) { request, identity in
            let upload = try request.decodeJSON(Upload<Payload>.self)
            var inputs: [Input<Handler.Command>] = []
            // One for each item; nil where the answer is still to come.
            let failures = upload.items.map { item -> Receipt? in
                switch item.read(from: identity) {
                case .failure(let failure): return failure.receipt
                case .success(let (envelope, payload)):
                    guard let canonical = try? EventJSON.encode(payload) else {
                        return Receipt.Failure(id: envelope.id, "the item cannot be read").receipt
                    }
                    inputs.append(
                        Input(
                            envelope: envelope, command: wrap(payload),
                            digest: InputDigest.of(envelope, data: canonical), origin: .http(route: stage)))
                    return nil
                }
            }
            var receipts = try await write(inputs).makeIterator()
            return try Self.answer(failures.compactMap { $0 ?? receipts.next() }, isList: upload.isList)
        }
    }

    /// Commits inputs; what the database or the queue say becomes a problem that tells the caller what to do.
    public func write(_ inputs: [Input<Handler.Command>]) async throws -> [Receipt] {
        if inputs.isEmpty { return [] }
        do {
            return try await writes.submit(inputs)
        } catch let error as PostgresError where error.isRetryable {
            throw Problem(.unavailable, headers: ["Retry-After": "2"])
        } catch WriteRefused.overloaded {
            throw Problem(.overloaded, headers: ["Retry-After": "1"])
        } catch WriteRefused.stopping {
            throw Problem(.shuttingDown, headers: ["Retry-After": "1"])
        }
    }

    /// One item is answered by its receipt, with a status that says it; a list by a list, always 200.
    private static func answer(_ receipts: [Receipt], isList: Bool) throws -> Response {
        if isList { return try .json(.ok, receipts) }
        guard let receipt = receipts.first else { return try .json(.ok, receipts) }
        if let reason = receipt.reason { throw Problem(reason) }
        return try .json(receipt.verdict == .taken ? .created : .ok, receipt)
    }
}

extension Operation {
    static func upload<Payload: EventPayload>(
        _: Payload.Type, _ summary: String, _ audience: Audience, example: String
    ) -> Operation {
        let body = Content(example: { try Content.example(example, of: Payload.self) }) { reader in
            let envelope = Schema.object(
                [
                    "id": Identifier.schema.described("The sender's own; the same again is harmless."),
                    "time": Instant.schema.described("When people did it: at most 14 days ago."),
                    "actor": PersonID.schema.described("Who did it, where a gateway sends it."),
                ], required: ["id", "time"])
            let item = reader.define("\(Payload.self)Item", .allOf([try reader.schema(of: Payload.self), envelope]))
            let list = Schema.list(of: item, atMost: UploadLimit.items)
            return .anyOf([item, list, .object(["items": list], required: ["items"])])
        }
        let taken = #"{"id":"f-1","result":"01a20d14-c250-8161-a86c-f842d86e1de1","verdict":"taken"}"#
        let known = #"{"id":"f-1","result":"01a20d14-c250-8161-a86c-f842d86e1de1","verdict":"known"}"#
        let several = Content(example: { try Content.example(known, of: Receipt.self) }) { reader in
            let receipt = try reader.schema(of: Receipt.self)
            return .anyOf([receipt, .list(of: receipt, atMost: UploadLimit.items)])
        }
        return Operation(
            summary: summary,
            about: """
                One item, or up to \(UploadLimit.items) in an array: then the answer is always 200 with a receipt for each, in \
                order, and a bad item costs the others nothing. Sending an item again is harmless: it is then `known`.
                """,
            audience: audience, body: body,
            answers: [
                .init(status: .ok, about: "The item was known already; of a list, its receipts.", content: several),
                .init(
                    status: .created, about: "The item is stored.", content: .json(Receipt.self, example: taken)),
            ], problems: [.refused, .conflict, .notFound])
    }
}

extension Problem {
    /// A refusal as the answer to a single item.
    public init(_ refusal: Refusal) {
        let type: ProblemType =
            switch Refusal.Code(rawValue: refusal.code) {
            case .conflict, .stale, .wrongState: .conflict
            case .notAllowed, .outsideReach, .unknownGateway: .forbidden
            case .unknownCase: .notFound
            default: .refused
            }
        self.init(type, detail: refusal.detail, members: ["code": .string(refusal.code)])
    }
}
