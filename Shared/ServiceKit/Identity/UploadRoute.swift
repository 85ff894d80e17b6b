public import Contracts
import HTTPMessages
public import HTTPServer
public import Postgres
public import Telemetry

/// Whom a route is for, before anybody looks at postings.
public enum Audience: Sendable {
    case everybody
    case operators

    func admit(_ identity: Identity) throws(Problem) {
        if self == .operators, case .operatorAccount = identity.kind { return }
        guard self == .everybody else {
            throw Problem(.forbidden, detail: "This is for operators: use an operator's token.")
        }
    }
}

/// What routes need of a running service.
public struct ServiceContext<Handler: BatchHandler>: Sendable {
    public let service: ServiceName
    public let pool: PostgresPool
    public let clock: CityClock
    public let authenticator: Authenticator
    public let writes: WriteCombiner<Handler>
    /// Names this replica in rows that it claims.
    public let replica: String
    public let log: Logger
    public let metrics: Metrics

    /// Takes a body of items of one type, commits those that can be read, and answers with receipts.
    ///
    /// - Parameter wrap: makes the service's command of the payload.
    public func upload<Payload: EventPayload>(
        _ pattern: RoutePattern, _: Payload.Type, for audience: Audience = .everybody,
        _ wrap: @escaping @Sendable (Payload) -> Handler.Command
    ) -> Route {
        Route(.post, pattern, limits: Upload.limits) { context in
            let identity = try authenticator.identity(of: context)
            try audience.admit(identity)
            let upload = try Upload(context, type: Payload.type, from: identity)
            let route = "POST \(pattern)"
            var receipts: [Receipt?] = []
            var inputs: [Input<Handler.Command>] = []
            for item in upload.items {
                switch item.flatMap({ Self.input($0, Payload.self, route, wrap) }) {
                case .success(let input):
                    inputs.append(input)
                    receipts.append(nil)
                case .failure(let failure): receipts.append(failure.receipt)
                }
            }
            var answers = try await write(inputs).makeIterator()
            let all = receipts.compactMap { $0 ?? answers.next() }
            return try Self.answer(all, isList: upload.isList)
        }
    }

    private static func input<Payload: EventPayload>(
        _ item: Upload.Item, _: Payload.Type, _ route: String, _ wrap: (Payload) -> Handler.Command
    ) -> Result<Input<Handler.Command>, Receipt.Failure> {
        do throws(UnreadableEvent) {
            let payload = try EventJSON.payload(Payload.self, from: item.data)
            guard let canonical = try? EventJSON.encode(payload) else {
                return .failure(.init(id: item.envelope.id, "the item cannot be read"))
            }
            return .success(
                Input(
                    envelope: item.envelope, command: wrap(payload),
                    digest: InputDigest.of(item.envelope, data: canonical), origin: .http(route: route)))
        } catch {
            return .failure(.init(id: item.envelope.id, error.detail))
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
