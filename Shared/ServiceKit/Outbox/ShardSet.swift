/// Some of the 64 shards.
struct ShardSet: Sendable, Hashable {
    private(set) var bits: UInt64 = 0

    init() {}

    init(_ shards: some Sequence<Int16>) {
        for shard in shards { insert(shard) }
    }

    var isEmpty: Bool { bits == 0 }

    mutating func insert(_ shard: Int16) { bits |= 1 << UInt64(shard) }

    mutating func formUnion(_ other: ShardSet) { bits |= other.bits }

    func subtracting(_ other: ShardSet) -> ShardSet { ShardSet(bits: bits & ~other.bits) }

    func isDisjoint(with other: ShardSet) -> Bool { bits & other.bits == 0 }

    private init(bits: UInt64) { self.bits = bits }
}

extension ShardSet: LosslessStringConvertible {
    /// Hexadecimal, the lowest bit for shard 0.
    var description: String { String(bits, radix: 16) }

    init?(_ text: String) {
        guard let bits = UInt64(text, radix: 16) else { return nil }
        self.bits = bits
    }
}
