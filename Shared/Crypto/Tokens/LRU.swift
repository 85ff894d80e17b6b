/// A dictionary of bounded size that forgets what was used longest ago. Every operation takes constant time.
struct LRU<Key: Hashable, Value> {
    private struct Entry {
        let key: Key
        var value: Value
        /// Towards what was used more recently; -1 at the end.
        var newer: Int
        var older: Int
    }

    private let capacity: Int
    private var slots: [Key: Int] = [:]
    private var entries: [Entry] = []
    private var newest = -1
    private var oldest = -1

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    var count: Int { entries.count }

    mutating func removeAll() {
        self = LRU(capacity: capacity)
    }

    /// Reading counts as use.
    subscript(key: Key) -> Value? {
        mutating get {
            guard let slot = slots[key] else { return nil }
            touch(slot)
            return entries[slot].value
        }
        set {
            guard let newValue else { preconditionFailure("entries leave by age alone") }
            insert(newValue, for: key)
        }
    }

    private mutating func insert(_ value: Value, for key: Key) {
        if let slot = slots[key] {
            entries[slot].value = value
            touch(slot)
        } else if entries.count < capacity {
            entries.append(Entry(key: key, value: value, newer: -1, older: -1))
            slots[key] = entries.count - 1
            link(entries.count - 1)
        } else {
            let slot = oldest
            unlink(slot)
            slots[entries[slot].key] = nil
            entries[slot] = Entry(key: key, value: value, newer: -1, older: -1)
            slots[key] = slot
            link(slot)
        }
    }

    private mutating func touch(_ slot: Int) {
        guard slot != newest else { return }
        unlink(slot)
        link(slot)
    }

    private mutating func unlink(_ slot: Int) {
        let (newer, older) = (entries[slot].newer, entries[slot].older)
        if newer >= 0 { entries[newer].older = older } else { newest = older }
        if older >= 0 { entries[older].newer = newer } else { oldest = newer }
    }

    private mutating func link(_ slot: Int) {
        entries[slot].newer = -1
        entries[slot].older = newest
        if newest >= 0 { entries[newest].newer = slot } else { oldest = slot }
        newest = slot
    }
}
