import CRdKafka
import Threads

/// Topics, offsets and groups of a cluster.
///
/// librdkafka's calls block until the answer or the timeout; this actor makes them on a thread of its own, one after
/// another. A request that reaches no broker throws what is in the way, where that is known: see `Contact`.
public actor Admin {
    let client: Client
    private let contact: Contact
    private let reports: ClientQueue
    /// How long one request may take.
    let timeout: Duration
    private nonisolated let thread = ThreadExecutor(name: "kafka-admin")

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// What is set where the caller sets nothing.
    ///
    /// - `metadata.max.age.ms`: who leads a partition is asked anew after that. By itself this client never learns that a leader has
    ///   moved, since librdkafka 2.0.2 asks again for topics only that it reads or writes: for a quarter of an hour, its default, each
    ///   look at a topic's ends was sent to a broker that leads it no more, and no partition could be claimed.
    static let defaults = ["socket.nagle.disable": "true", "metadata.max.age.ms": "2000"]

    /// - Parameters:
    ///   - settings: librdkafka's, `bootstrap.servers` at least; see `KafkaConnection`.
    ///   - timeout: for each request; a call may make two.
    /// - Throws: `.configuration` where a setting is refused.
    public init(_ settings: [String: String], timeout: Duration = .seconds(10)) throws(KafkaError) {
        let contact = Contact()
        client = try Client(
            .producer, Self.defaults.merging(settings) { $1 }, callbackContext: contact
        ) { configuration in unsafe contact.configure(configuration) }
        self.contact = contact
        reports = ClientQueue(ofMain: client)
        self.timeout = timeout
    }

    var milliseconds: Int32 { Int32(clamping: Int(timeout / .milliseconds(1))) }

    /// Throws what a call reported, and where it reached nobody, why.
    func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
        do throws(KafkaError) { try KafkaError.check(code) } catch { throw contact.cause(of: error, reports) }
        contact.succeeded(reports)
    }

    /// Waits for the answer to a request; where it reached nobody, throws why.
    func answer(to request: borrowing AdminRequest) throws(KafkaError) -> ClientEvent {
        do throws(KafkaError) {
            let answer = try request.answer()
            contact.succeeded(reports)
            return answer
        } catch {
            throw contact.cause(of: error, reports)
        }
    }

    func request(_ operation: rd_kafka_admin_op_t) -> AdminRequest {
        AdminRequest(operation, client, milliseconds: milliseconds)
    }
}
