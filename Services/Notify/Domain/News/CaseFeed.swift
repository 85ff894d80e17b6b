import Contracts

/// One case's events in their order, however they arrive: what was passed already is ignored, and what comes after a gap
/// waits until the gap fills.
struct CaseFeed: Sendable {
    /// An event that came before its time.
    struct Parked: Sendable, Equatable {
        let envelope: EventEnvelope
        let news: News
    }

    private(set) var matter: CaseMatter?
    /// By sequence number.
    private(set) var parked: [Int: Parked]

    init(matter: CaseMatter? = nil, parked: [Int: Parked] = [:]) {
        self.matter = matter
        self.parked = parked
    }

    /// The events that can be told now, in order: none, the one given, or with it those that waited for it.
    mutating func take(_ envelope: EventEnvelope, _ news: News) -> [Occasion] {
        guard let sequence = news.caseEvent?.sequence, sequence > (matter?.sequence ?? 0) else { return [] }
        if parked[sequence] == nil { parked[sequence] = Parked(envelope: envelope, news: news) }
        var occasions: [Occasion] = []
        while let next = parked[(matter?.sequence ?? 0) + 1] {
            guard let after = next.after(matter) else { break }
            matter = after
            parked[after.sequence] = nil
            occasions.append(Occasion(next.envelope, next.news, after))
        }
        return occasions
    }
}

extension CaseFeed.Parked {
    /// The case after this event; nil for a first event that opens nothing.
    fileprivate func after(_ matter: CaseMatter?) -> CaseMatter? {
        if var matter {
            matter.apply(news)
            return matter
        }
        guard case .opened(let event) = news else { return nil }
        return CaseMatter(event, envelope)
    }
}
