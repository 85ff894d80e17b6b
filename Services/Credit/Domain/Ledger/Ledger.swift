import Contracts

/// What lines of a ledger amount to.
enum Ledger {
    /// The latest line of each key.
    static func lastLines(of entries: some Sequence<CreditEntry>) -> [EntryKey: CreditEntry] {
        Dictionary(entries.map { ($0.key, $0) }) { $0.revision > $1.revision ? $0 : $1 }
    }

    /// The entries that stand, in the order in which their events happened: what there is besides all corrections.
    ///
    /// It follows from the events alone. Which corrections it took to get there follows from when they arrived.
    static func standing(_ entries: some Sequence<CreditEntry>) -> [CreditEntry] {
        lastLines(of: entries).values.filter { !$0.isReversal }.sorted()
    }
}
