import Testing

@testable import Crypto

@Suite struct LRUTests {
    @Test func `what was used longest ago goes first, and reading is use`() {
        var cache = LRU<String, Int>(capacity: 3)
        cache["a"] = 1
        cache["b"] = 2
        cache["c"] = 3
        #expect(cache["a"] == 1)
        cache["d"] = 4
        #expect([cache["a"], cache["b"], cache["c"], cache["d"]] == [1, nil, 3, 4])
        #expect(cache.count == 3)
    }

    @Test func `a new value replaces and counts as use`() {
        var cache = LRU<String, Int>(capacity: 2)
        cache["a"] = 1
        cache["b"] = 2
        cache["a"] = 10
        cache["c"] = 3
        #expect([cache["a"], cache["b"], cache["c"]] == [10, nil, 3])
    }

    @Test func `a capacity of one holds the last`() {
        var cache = LRU<Int, Int>(capacity: 1)
        for number in 0..<10 {
            cache[number] = number
        }
        #expect([cache[8], cache[9]] == [nil, 9])
    }

    @Test func `it does what a plain list would do`() {
        var generator = SplitMix(state: 7)
        var cache = LRU<Int, Int>(capacity: 8)
        var model: [(key: Int, value: Int)] = []
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<16, using: &generator)
            let known = model.firstIndex { $0.key == key }
            if Bool.random(using: &generator) {
                let entry = known.map { model.remove(at: $0) }
                #expect(cache[key] == entry?.value)
                if let entry { model.append(entry) }
            } else {
                if let known { model.remove(at: known) }
                model.append((key, step))
                if model.count > 8 { model.removeFirst() }
                cache[key] = step
            }
        }
        #expect(cache.count == 8)
    }

    /// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
