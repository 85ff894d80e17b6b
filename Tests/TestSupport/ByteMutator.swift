import Glibc

/// Makes bad input of good: a seeded fuzzer for the decoders, in place of one that the toolchain would need a runtime for.
///
/// `MUSTER_FUZZ_ROUNDS` says how many tries a test makes; `make sanitize` sets it high and watches memory as well.
public struct ByteMutator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public static var rounds: Int { getenv("MUSTER_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 200 }

    private mutating func below(_ limit: Int) -> Int {
        // SplitMix64, as everywhere in the project where chance must be repeatable.
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((z ^ (z >> 31)) % UInt64(max(1, limit)))
    }

    /// What decoders have stumbled over before: in JSON, in UTF-8, in numbers, in tokens.
    private static let morsels: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "true", "-", "1e999", "-0", "0.1", "99999999999999999999",
            "\\u0000",
            "\\ud800", "\"\"", "[[[[[[[[", "{\"a\":", ".", "..", "=", "%00", "\r\n", "é", "垃",
        ].map { Array($0.utf8) } + [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5], [0x00], [0x80]]

    /// One to four changes: a bit turned, a piece left out, doubled, put elsewhere, or a morsel put in.
    public mutating func mutate(_ good: [UInt8]) -> [UInt8] {
        var bytes = good
        for _ in 0...below(4) {
            let place = below(bytes.count + 1)
            let end = min(bytes.count, place + 1 + below(12))
            switch below(6) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
            case 4 where place < bytes.count: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: Self.morsels[below(Self.morsels.count)], at: place)
            }
        }
        return bytes
    }
}
