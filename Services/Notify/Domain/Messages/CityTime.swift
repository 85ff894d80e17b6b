import Contracts

/// The city's local time: a fixed offset from UTC, since it has no summer time.
struct CityTime: Sendable, Hashable {
    let offset: Duration

    init(offset: Duration = .hours(8)) { self.offset = offset }

    func date(_ instant: Instant) -> CivilDate {
        CivilDate(daysSince1970: local(instant).milliseconds.flooredQuotient(by: 86_400_000))
    }

    /// 0 to 1439.
    func minuteOfDay(_ instant: Instant) -> Int {
        let local = local(instant).milliseconds
        return Int((local - local.flooredQuotient(by: 86_400_000) * 86_400_000) / 60_000)
    }

    func startOfMinute(_ instant: Instant) -> Instant {
        let local = local(instant).milliseconds
        return Instant(milliseconds: local.flooredQuotient(by: 60_000) * 60_000) - offset
    }

    private func local(_ instant: Instant) -> Instant { instant + offset }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
