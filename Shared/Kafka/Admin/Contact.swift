import CRdKafka
import Threads

/// What stands between a client and its brokers, as its connections last reported it: a request that reaches none only says
/// that its time ran out.
final class Contact: Sendable {
    private let fault = Lock<CertificateFault?>(nil)
    private let heard = Lock(Heard())

    /// What connections reported.
    struct Heard {
        /// The last error since a request succeeded. librdkafka repeats one like it only every half minute.
        private(set) var last: (error: KafkaError, at: ContinuousClock.Instant)?
        /// Whether a request has ever got through, so that the settings were right. A broker that is being stopped ends connections in
        /// the middle of their beginning, which looks as if it did not speak our protocol: what comes after that tells more.
        private var hasWorked = false
        /// For so long an address where nobody listens does not make us forget what another one said: a name may have several.
        static let patience: Duration = .seconds(60)

        mutating func succeeded() {
            hasWorked = true
            last = nil
        }

        mutating func hear(_ error: KafkaError, at now: ContinuousClock.Instant) {
            // A connection that had been let in has ended, as all do when a broker goes: the settings are right.
            if error.message.contains("in state UP") { return }
            if error.isOfNobody, let known = last, !known.error.isOfNobody, !hasWorked, now - known.at < Self.patience {
                return
            }
            last = (error, now)
        }
    }

    /// Has errors put on the client's main queue, and asks OpenSSL why it does not believe a certificate.
    func configure(_ configuration: OpaquePointer) {
        unsafe rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_ERROR)
        // What is wrong goes to whoever made the request.
        unsafe rd_kafka_conf_set_log_cb(configuration, nil)
        _ = unsafe rd_kafka_conf_set_ssl_cert_verify_cb(configuration) { _, _, _, code, _, _, _, text, size, context in
            // OpenSSL has judged already; this only listens, and never makes a wrong certificate right.
            guard let code = unsafe code else { return 0 }
            let found = unsafe code.pointee
            if found == 0 { return 1 }
            let fault = CertificateFault(found)
            if let context = unsafe context {
                unsafe Unmanaged<Contact>.fromOpaque(context).takeUnretainedValue().note(fault)
            }
            if let text = unsafe text, size > 0 {
                let bytes = "\(fault)".utf8.prefix(size - 1)
                for (index, byte) in bytes.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
                unsafe text[bytes.count] = 0
            }
            return 0
        }
    }

    private func note(_ found: CertificateFault) { fault.withLock { $0 = found } }

    /// Forgets what was in the way: a request has got through.
    func succeeded(_ queue: ClientQueue) {
        while queue.poll(milliseconds: 0) != nil {}
        heard.withLock { $0.succeeded() }
        fault.withLock { $0 = nil }
    }

    /// In place of an error that says no more than that nobody answered, why nobody did, where the connections know.
    func cause(of error: KafkaError, _ queue: ClientQueue) -> KafkaError {
        while let event = queue.poll(milliseconds: 0) {
            // "All brokers are down" follows the errors of each, and tells less.
            guard event.type == RD_KAFKA_EVENT_ERROR, event.code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN else {
                continue
            }
            heard.withLock { $0.hear(event.error, at: .now) }
        }
        guard [.timedOut, .transport].contains(error.kind), let known = heard.withLock({ $0.last?.error }) else {
            return error
        }
        guard known.message.contains("certificate verify failed"), let fault = fault.withLock({ $0 }) else {
            return known
        }
        return KafkaError(
            kind: .certificate(fault), name: known.name, message: "\(known.message.broker) \(fault)",
            isRetryable: false)
    }
}

extension KafkaError {
    /// Nobody listens at an address, or a name has none.
    fileprivate var isOfNobody: Bool { message.contains(": Connect to ") || message.contains("Failed to resolve") }
}

extension String {
    /// What librdkafka's sentences on connections begin with: `sasl_ssl://host:port/bootstrap:`.
    fileprivate var broker: Substring { prefix { !$0.isWhitespace } }
}
