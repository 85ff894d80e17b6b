extension PostgresConnection {
    /// The notifications on a channel, from now on. They arrive also while the connection idles.
    ///
    /// A notification is a hint to go and look, so a slow reader keeps only the newest ones. The stream ends when the
    /// connection is lost or closed: connect again, listen again, and look, since something may have been missed.
    ///
    /// - Parameter limit: how many notifications wait for the reader before the oldest is dropped.
    public func notifications(
        on channel: String, keepingNewest limit: Int = 256
    ) throws(PostgresError) -> AsyncStream<PostgresNotification> {
        let result = lend { session in try session.listen(to: channel) }
        if case .failure(let error) = result {
            throw error as? PostgresError ?? PostgresError(.misuse, "\(error)")
        }
        let (stream, continuation) = AsyncStream.makeStream(
            of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(limit))
        let id = listeners.add(continuation, on: channel)
        continuation.onTermination = { [weak self] _ in
            Task { await self?.stopListening(id, on: channel) }
        }
        deliverNotifications()
        return stream
    }

    private func stopListening(_ id: Int, on channel: String) {
        guard listeners.remove(id, from: channel) else { return }
        // If it fails, notifications keep coming and nobody hears them.
        _ = lend { session in try session.unlisten(from: channel) }
    }

    /// Hands out what has arrived.
    func deliverNotifications() {
        guard !listeners.isEmpty else { return }
        _ = lend { session in
            while let notification = session.nextNotification() { listeners.yield(notification) }
        }
    }
}

/// Who listens to which channel.
struct NotificationListeners {
    private var byChannel: [String: [Int: AsyncStream<PostgresNotification>.Continuation]] = [:]
    private var lastID = 0

    var isEmpty: Bool { byChannel.isEmpty }

    mutating func add(_ listener: AsyncStream<PostgresNotification>.Continuation, on channel: String) -> Int {
        lastID += 1
        byChannel[channel, default: [:]][lastID] = listener
        return lastID
    }

    /// Whether that was the channel's last listener.
    mutating func remove(_ id: Int, from channel: String) -> Bool {
        byChannel[channel]?[id] = nil
        guard byChannel[channel]?.isEmpty == true else { return false }
        byChannel[channel] = nil
        return true
    }

    func yield(_ notification: PostgresNotification) {
        for listener in (byChannel[notification.channel] ?? [:]).values { listener.yield(notification) }
    }

    mutating func finish() {
        let listeners = byChannel.values.flatMap(\.values)
        byChannel = [:]
        for listener in listeners { listener.finish() }
    }
}
