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
            return try await take(upload.items, isList: upload.isList, request, identity, stage, wrap)
        }
    }

    private func take<Payload: EventPayload>(
        _ items: [UploadedItem<Payload>], isList: Bool, _ request: RequestContext, _ identity: Identity,
        _ stage: String, _ wrap: (Payload) -> Handler.Command
    ) async throws -> Response {
        var inputs: [Input<Handler.Command>] = []
        // One for each item; nil where the answer is still to come.
        let failures = items.map { item -> Receipt? in
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
        let answer = { @Sendable (receipts: [Receipt]) throws -> Response in
            var receipts = receipts.makeIterator()
            return try Self.answer(failures.compactMap { $0 ?? receipts.next() }, isList: isList)
        }
        guard let key = try IdempotencyKey(request, identity) else { return try answer(try await write(inputs)) }
        return try await write(inputs, under: key, answer: answer)
    }

    /// The same for one item that the path says a part of: those members may be left out of the body.
    ///
    /// - Parameters:
    ///   - other: the route that takes the whole item, and as which it is counted.
    ///   - members: what the path says; their names are the payload's.
    public func upload<Payload: EventPayload>(
        _ pattern: RoutePattern, asOf other: RoutePattern, _: Payload.Type, _ summary: String, for audience: Audience,
        _ parameters: [any RouteParameter], example: String,
        _ wrap: @escaping @Sendable (Payload) -> Handler.Command,
        members: @escaping @Sendable (RequestContext) throws(Problem) -> [String: String]
    ) -> Endpoint {
        let inPath = Set(parameters.map { $0.facts.name })
        let operation = Operation.item(
            Payload.self, without: inPath, summary, audience, parameters, example: example)
        let stage = "POST \(other)"
        return endpoint(.post, pattern, limits: UploadLimit.body, operation) { request, identity in
            guard case .object(var item) = try request.decodeJSON(Contracts.JSONValue.self) else {
                throw Problem(.wrongType, errors: [.init(pointer: "#", "must be an object")])
            }
            for (name, value) in try members(request).sorted(by: { $0.key < $1.key }) {
                guard item.updateValue(.string(value), forKey: name).map({ $0 == .string(value) }) ?? true else {
                    throw Problem(
                        .invalidValue, errors: [.init(pointer: "#/\(name)", "must be as in the path, or left out")])
                }
            }
            let whole = try EventJSON.decode(
                UploadedItem<Payload>.self, from: EventJSON.encode(Contracts.JSONValue.object(item)))
            return try await take([whole], isList: false, request, identity, stage, wrap)
        }
    }

    private func write(
        _ inputs: [Input<Handler.Command>], under key: IdempotencyKey,
        answer: @escaping @Sendable ([Receipt]) throws -> Response
    ) async throws -> Response {
        let outcome = try await refusing {
            try await writes.submit(inputs, under: key) { receipts in KeyedAnswer(try answer(receipts)) }
        }
        return try outcome.response()
    }

    /// Commits inputs; what the database or the queue say becomes a problem that tells the caller what to do.
    public func write(_ inputs: [Input<Handler.Command>]) async throws -> [Receipt] {
        if inputs.isEmpty { return [] }
        return try await refusing { try await writes.submit(inputs) }
    }

    private func refusing<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch let error as PostgresError where error.isRetryable {
            throw Problem(.unavailable, headers: ["Retry-After": "2"])
        } catch WriteRefused.tooEarly {
            throw Problem(.unavailable, headers: ["Retry-After": "2"])
        } catch WriteRefused.overloaded {
            throw Problem(.overloaded, headers: ["Retry-After": "1"])
        } catch WriteRefused.stopping {
            throw Problem(.shuttingDown, headers: ["Retry-After": "1"])
        } catch WriteRefused.underWay {
            throw Problem(.underWay, headers: ["Retry-After": "1"])
        }
    }

    /// One item is answered by its receipt, with a status that says it; a list by a list, always 200.
    private static func answer(_ receipts: [Receipt], isList: Bool) throws -> Response {
        var response: Response
        if !isList, let receipt = receipts.first {
            if let reason = receipt.reason { return Problem(reason).response }
            response = try .json(receipt.verdict == .taken ? .created : .ok, receipt)
        } else {
            response = try .json(.ok, receipts)
        }
        response.headers[WriteToken.header] = WriteToken.all(of: receipts)
        return response
    }
}

extension KeyedOutcome {
    func response() throws(Problem) -> Response {
        switch self {
        case .first(let answer): return answer.response(isReplay: false)
        case .replay(let answer): return answer.response(isReplay: true)
        case .otherRequest: throw Problem(.keyUsed)
        }
    }
}

extension Operation {
    static func upload<Payload: EventPayload>(
        _: Payload.Type, _ summary: String, _ audience: Audience, example: String
    ) -> Operation {
        let body = Content(example: { try Content.example(example, of: Payload.self) }) { reader in
            let item = reader.define("\(Payload.self)Item", .allOf([try reader.schema(of: Payload.self), envelope]))
            let list = Schema.list(of: item, atMost: UploadLimit.items)
            return .anyOf([item, list, .object(["items": list], required: ["items"])])
        }
        let several = Content(example: { try Content.example(known, of: Receipt.self) }) { reader in
            let receipt = try reader.schema(of: Receipt.self)
            return .anyOf([receipt, .list(of: receipt, atMost: UploadLimit.items)])
        }
        let about = """
            One item, or up to \(UploadLimit.items) in an array: then the answer is always 200 with a receipt for each, in \
            order, and a bad item costs the others nothing. Sending an item again is harmless: it is then `known`.
            """
        return Operation(
            summary: summary, about: about, audience: audience, body: body,
            answers: [
                .init(status: .ok, about: "The item was known already; of a list, its receipts.", content: several),
                .init(status: .created, about: "The item is stored.", content: .json(Receipt.self, example: taken)),
            ], problems: [.refused, .conflict, .notFound])
    }

    /// Of one item that the path says some members of.
    static func item<Payload: EventPayload>(
        _: Payload.Type, without inPath: Set<String>, _ summary: String, _ audience: Audience,
        _ parameters: [any RouteParameter], example: String
    ) -> Operation {
        let body = Content(example: { try Content.example(example, of: Contracts.JSONValue.self) }) { reader in
            _ = try reader.schema(of: Payload.self)
            let rest = reader.definitions["\(Payload.self)"]?.leavingOut(inPath) ?? .any
            return reader.define("\(Payload.self)Here", .allOf([rest, envelope]))
        }
        return Operation(
            summary: summary, about: "Sending it again is harmless: it is then `known`.", audience: audience,
            parameters: parameters, body: body,
            answers: [
                .init(status: .ok, about: "It was known already.", content: .json(Receipt.self, example: known)),
                .init(status: .created, about: "It is done.", content: .json(Receipt.self, example: taken)),
            ], problems: [.refused, .conflict, .notFound])
    }

    private static let taken = #"{"id":"f-1","result":"01a20d14-c250-8161-a86c-f842d86e1de1","verdict":"taken"}"#
    private static let known = #"{"id":"f-1","result":"01a20d14-c250-8161-a86c-f842d86e1de1","verdict":"known"}"#

    /// What every item has beside its payload.
    private static let envelope = Schema.object(
        [
            "id": Identifier.schema.described("The sender's own; the same again is harmless."),
            "time": Instant.schema.described("When people did it: at most 14 days before it reaches us."),
            "actor": PersonID.schema.described("Who did it, where a gateway sends it."),
        ], required: ["id", "time"])
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
