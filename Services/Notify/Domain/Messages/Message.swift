import Contracts

/// What a person reads.
struct Message: Codable, Sendable, Hashable {
    let title: String
    let body: String
}

extension Message {
    /// As one text that fits a channel, or nil for a channel that takes title and body apart.
    ///
    /// - Parameter notice: stands at the end where the channel cannot recognise repeats, so that people can.
    func text(on channel: Channel, _ notice: EventID) -> String? {
        let whole = title + "\n" + body
        switch channel {
        case .inbox, .webhook: return nil
        case .wecom:
            let mark = "\n#\(notice)"
            return whole.cut(toUTF8: 2_048 - mark.utf8.count) + mark
        case .sms:
            // Four joined messages of 67 UTF-16 units each, the most that common gateways take without a surcharge.
            return whole.cut(toUTF16: 268)
        }
    }
}

extension String {
    /// The text, or as many whole characters of it as fit with an ellipsis into that many bytes.
    func cut(toUTF8 limit: Int) -> String { cut(limit) { $0.utf8.count } }

    func cut(toUTF16 limit: Int) -> String { cut(limit) { $0.utf16.count } }

    private func cut(_ limit: Int, _ size: (String) -> Int) -> String {
        if size(self) <= limit { return self }
        let ellipsis = "…"
        var room = limit - size(ellipsis)
        let kept = prefix { character in
            room -= size(String(character))
            return room >= 0
        }
        return kept + ellipsis
    }
}
