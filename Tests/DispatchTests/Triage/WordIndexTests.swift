import Testing

@testable import muster_dispatch

@Suite struct `words in a text` {
    @Test(arguments: [
        ("楼下垃圾没人清理", "垃圾", true), ("垃 圾", "垃圾", false), ("", "垃圾", false), ("垃", "垃圾", false),
        ("小区ＫＴＶ太吵", "KTV", true), ("the lift LEAKS badly", "leak", true), ("a bleak street", "leak", false),
        ("Gas leak!", "gas leak", true), ("gasleak", "gas leak", false), ("漏水leak漏水", "leak", true),
        ("（漏气）", "漏气", true), ("全角　空格", "角 空", true), ("𠮷祥垃圾", "垃圾", true),
    ])
    func `are found whatever the width and the case`(text: String, word: String, isFound: Bool) {
        #expect(FoldedText(text).contains(FoldedText(word)) == isFound)
        #expect(WordIndex([word]).found(in: text) == (isFound ? [word] : []))
    }

    @Test func `are all found, overlapping ones too`() {
        let index = WordIndex(["垃圾", "垃圾桶", "建筑垃圾", "井盖"])
        #expect(index.found(in: "建筑垃圾堆在垃圾桶旁边") == ["垃圾", "垃圾桶", "建筑垃圾"])
    }

    @Test func `of the index are those that a look for each finds`() throws {
        let rules = try shippedPolicy.get().triage
        let words = rules.categories.values.flatMap(\.words)
        let index = WordIndex(words)
        var random = Seeded(4)
        let pieces = words + ["的", "，", " ", "小区", "a", "不", "１２号楼"]
        for _ in 0..<100 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in random.pick(pieces) }.joined()
            let folded = FoldedText(text)
            #expect(index.found(in: text) == Set(words.filter { folded.contains(FoldedText($0)) }), "\(text)")
        }
    }
}
