import Contracts
import Testing

@Suite struct MaskingTests {
    @Test(arguments: [
        ("13812345678", "138****5678"), ("+8613812345678", "+86*******5678"), ("6312345", "*****45"), ("110", "*10"),
        ("1", "****"), ("", "****"),
    ])
    func `a phone number keeps its ends, and a short one next to nothing`(phone: String, shown: String) {
        #expect(Masking.phone(phone) == shown)
    }

    @Test func `an identity number keeps the province and the last four`() {
        #expect(Masking.identityNumber("371082199001011234") == "371***********1234")
        #expect(Masking.identityNumber("G1234567") == "******67")
    }

    @Test(arguments: [
        ("文化路12号3单元402", "文化路****"), ("成山大道一百二十号院三单元", "成山大道****"), ("海滨小区某某某某某某", "海滨小区某某****"),
        ("402", "****"), ("", "****"),
    ])
    func `an address is shown up to its first number`(address: String, shown: String) {
        #expect(Masking.address(address) == shown)
    }

    @Test(arguments: [
        ("call 13812345678 at noon", "call 138****5678 at noon"), ("电话138 1234 5678。", "电话138****5678。"),
        ("138-1234-5678", "138****5678"), ("身份证37108219900101123X", "身份证371***********123X"),
        ("１３８１２３４５６７８", "１３８****５６７８"), ("since 2026-11-24 in 3 rooms", "since 2026-11-24 in 3 rooms"),
        ("12 345", "12 345"), ("lives alone", "lives alone"), ("0631-7561234 ", "063****1234 "), ("", ""),
    ])
    func `numbers in a text are masked, dates and small figures stay`(text: String, shown: String) {
        #expect(Masking.numbers(in: text) == shown)
    }
}
