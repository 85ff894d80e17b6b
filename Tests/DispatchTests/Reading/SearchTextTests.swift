import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the text that is searched` {
    @Test(arguments: [
        ("楼上漏水", " 楼上漏水 ", ["楼上", "上漏", "漏水"]),
        ("楼上leak了3天", " 楼上 leak 了 3 天 ", ["楼上", "leak", "3"]),
        ("Ｌｅａｋ，again!", " leak again ", ["leak", "again"]),
        ("漏", " 漏 ", []),
        ("", " ", []),
        ("，。！", " ", []),
        ("漏水漏水", " 漏水漏水 ", ["漏水", "水漏"]),
        ("电话13812345678打不通", " 电话 打不通 ", ["电话", "打不", "不通"]),
    ])
    func `is folded, and has pairs of characters and words`(text: String, folded: String, tokens: [String]) {
        let made = SearchText(text)
        #expect(made.folded == folded && made.tokens == tokens)
    }

    @Test(arguments: [
        ("我的电话是13812345678，请回电", "我的电话是***********，请回电"),
        ("138-1234-5678", "*************"),
        ("138 1234 5678 王", "************* 王"),
        ("１３８１２３４５６７８", "***********"),
        ("一三八一二三四五六七八", "***********"),
        ("身份证37108219900101123X。", "身份证******************。"),
        ("0631-7562345", "************"),
        ("写信 zhang.san@example.com 谢谢", "写信 ********************* 谢谢"),
        ("3号楼2单元501室漏水", "3号楼*单元***室漏水"),
        ("3号楼2单元501漏水", "3号楼*单元***漏水"),
        ("一共120元，2026年11月24日，第3次", "一共120元，2026年11月24日，第3次"),
        ("@", "@"),
    ])
    func `shows nothing that points to one person or door`(text: String, masked: String) {
        #expect(PersonalData(in: text).masked == masked)
    }

    @Test func `knows no number that was written into a text`() {
        var random = Seeded(7)
        for _ in 0..<500 {
            let number = (0..<Int.random(in: 7...18, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            let text = random.pick(["请回电", "call ", "电话：", ""]) + number.joined() + random.pick(["谢谢", " bye", ""])
            let made = SearchText(text)
            #expect(!made.tokens.joined().contains { $0.isNumber }, "\(text)")
            #expect(!made.folded.contains { $0.isNumber }, "\(text)")
        }
    }

    /// Whatever part of a text is looked for is found in it, by the patterns and by the keys.
    @Test func `is found by any of its parts`() throws {
        var random = Seeded(11)
        let alphabet = Array("楼上漏水垃圾桶满物业 ab3，")
        for _ in 0..<2_000 {
            let text = String((0..<Int.random(in: 2...30, using: &random)).map { _ in random.pick(alphabet) })
            let made = SearchText(text)
            // A part that ends within a word is another word.
            let ideographs = text.split { !("楼上漏水垃圾桶满物业".contains($0)) }.map(String.init)
            guard let part = ideographs.isEmpty ? nil : random.pick(ideographs) else { continue }
            let query = try SearchQuery(part)
            #expect(Set(query.tokens).isSubset(of: made.tokens), "\(part) in \(text)")
            #expect(query.patterns.allSatisfy { made.folded.contains($0.dropFirst().dropLast()) }, "\(part) in \(text)")
        }
    }

    @Test(arguments: [
        ("漏水", ["%漏水%"], ["漏水"]),
        ("leak", ["% leak %"], ["leak"]),
        ("漏水 Leak", ["%漏水%", "% leak %"], ["漏水", "leak"]),
        ("3天", ["% 3 天%"], ["3"]),
        ("漏", ["%漏%"], []),
        ("漏　水", ["%漏%", "%水%"], []),
    ])
    func `is asked for by words`(text: String, patterns: [String], tokens: [String]) throws {
        let query = try SearchQuery(text)
        #expect(query.patterns == patterns && query.tokens == tokens)
    }

    @Test(arguments: ["", "  ", "%%", "a b c d e f g h i"])
    func `is not asked for by nothing, or by everything`(text: String) {
        #expect(throws: SearchQuery.Fault.self) { try SearchQuery(text) }
    }

    @Test func `has keys that tell units and months apart`() throws {
        let text = SearchText("漏水")
        let time = instant("2026-10-31T23:59:00+08:00")
        let keys = SearchIndex.keys(of: text, at: City.grid, openedAt: time)
        #expect(keys.count == 3)
        let query = try SearchQuery("漏水")
        let month = SearchIndex.Month(of: time)
        for unit in [City.city, City.town, City.community, City.grid] {
            #expect(Set(SearchIndex.keys(of: query, within: unit, in: month)).isSubset(of: keys))
        }
        #expect(Set(SearchIndex.keys(of: query, within: City.neighbourTown, in: month)).isDisjoint(with: keys))
        let next = SearchIndex.Month(of: time + .seconds(60))
        #expect(next.number == month.number + 1)
        #expect(Set(SearchIndex.keys(of: query, within: City.city, in: next)).isDisjoint(with: keys))
        // In the database for ever.
        #expect(SearchIndex.keys(of: query, within: City.community, in: month) == [-674_151_546])
    }
}
