import Contracts

/// The keys under which a case's text is found: each pair or word together with a unit that the case lies in and the month in
/// which it was opened.
///
/// A key is a number of 32 bits: two may be the same by chance, so whatever they find is compared with the text itself.
enum SearchIndex {
    /// The units whose staff may look: below a community there are too few cases to be worth keys of their own.
    static let levels: [UnitCode.Level] = [.community, .town, .city]

    static func keys(of text: SearchText, at unit: UnitCode, openedAt: Instant) -> [Int32] {
        let month = Month(of: openedAt)
        let stretches = levels.compactMap { unit.ancestor(at: $0) }.map { Stretch($0, month) }
        return Set(stretches.flatMap { stretch in text.tokens.map(stretch.key) }).sorted()
    }

    /// What a month of a reach is asked for.
    static func keys(of query: SearchQuery, within unit: UnitCode, in month: Month) -> [Int32] {
        query.tokens.map(Stretch(unit.ancestor(at: .community) ?? unit, month).key)
    }

    /// The cases of one unit and month.
    struct Stretch: Sendable {
        private let hash: UInt64

        init(_ unit: UnitCode, _ month: Month) {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in unit.text.utf8 { hash = Self.hash(hash, byte) }
            hash = Self.hash(hash, UInt8(truncatingIfNeeded: month.number >> 8))
            self.hash = Self.hash(hash, UInt8(truncatingIfNeeded: month.number))
        }

        func key(_ token: String) -> Int32 {
            var hash = hash
            for byte in token.utf8 { hash = Self.hash(hash, byte) }
            return Int32(truncatingIfNeeded: hash ^ (hash >> 32))
        }

        /// FNV-1a: the same for ever, since it is in the index.
        private static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }

    /// A month of the city's calendar, counted from January 2000.
    struct Month: Sendable, Hashable, Comparable {
        let number: Int

        init(number: Int) { self.number = number }

        init(of time: Instant) {
            // The city's day: its fixed offset of eight hours.
            let day = (time.milliseconds + 8 * 3_600_000) / 86_400_000
            let date = CivilDate(daysSince1970: day)
            number = (date.year - 2_000) * 12 + date.month - 1
        }

        static func < (left: Month, right: Month) -> Bool { left.number < right.number }
    }
}
