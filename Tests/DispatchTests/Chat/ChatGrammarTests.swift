import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the grammar of chat` {
    private let grammar: ChatGrammar

    init() throws { grammar = ChatGrammar(pauses: try shippedPolicy.get().pauses.reasons) }

    @Test(arguments: ChatDocument.examples)
    func `reads what its document says`(example: ChatDocument.Example) {
        let read = Result { () throws(ChatFault) in try grammar.read(example.written) }
        switch read {
        case .success(let command): #expect(command.summary == example.read)
        case .failure(let fault): #expect(example.read == "refused", "\(fault.refusal.detail)")
        }
    }

    @Test func `has a verb for every action`() {
        for action in CaseActionKind.allCases { #expect(ChatVerb.of(action) != nil, "\(action.rawValue)") }
    }

    @Test func `has its examples in its document`() {
        #expect(ChatDocument.examples.count > 90)
        let verbs = Set(ChatDocument.examples.compactMap { $0.read.split(separator: " ").first.map(String.init) })
        for verb in ChatVerb.all { #expect(verbs.contains(verb.action.rawValue), "\(verb.action.rawValue)") }
    }

    /// Each form is read as its own verb, with and without spaces, and what comes after is kept to the letter.
    @Test func `tells every form of every verb apart, wherever the number stands`() throws {
        for verb in ChatVerb.all {
            for form in verb.chinese + verb.english {
                let isChinese = verb.chinese.contains(form)
                let arguments =
                    switch verb.takes {
                    case .nothing: ""
                    case .whistle: " 执法 D003"
                    case .departments: " D003 牵头 D003"
                    case .department: " D003"
                    case .pause: " weather 到 11-28"
                    case .end: " until 2026-11-28 18:00"
                    case .verification: " visit 未解决"
                    case .grounds: " 回访"
                    case .correction: " 紧急 a.b.c"
                    case .otherCase: " 13"
                    case .marks: " D003 准时 wrong people 已解决 满意"
                    case .views: " 需要 not ours"
                    case .unitOrPerson: " 371082007013"
                    case .handling: " hard"
                    case .rating: " 3"
                    }
                for text in ["\(form) 12\(arguments) 为什么 Why?", "12 \(form)\(arguments) 为什么 Why?"]
                    + (isChinese ? ["\(form)12\(arguments) 为什么 Why?", "12\(form)\(arguments) 为什么 Why?"] : [])
                {
                    let command = try grammar.read(text)
                    #expect(command.action == verb.action && command.number?.number == 12, "\(text)")
                    #expect(command.words == "为什么 Why?", "\(text)")
                }
            }
        }
    }

    @Test func `reads anything without falling over, and the same each time`() {
        var random = Seeded(5)
        let pieces =
            ChatVerb.all.flatMap { $0.chinese + $0.english } + [
                " ", "，", "@", "/", "#", "第", "号", "-", "1027", "0", "99999999999999999999", "2026-", "D001",
                "371082007013",
                "给", "to", "应急", "hard", "五", "到", "11-28", "2月30日", "99:99", "24:00", "天气", "回访", "未解决",
                "牵头", "准时", "不对口", "需要", "a.b.c", "😀", "\u{0}", "\u{301}", "ＡＣ", "\n", "é",
            ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(pieces) }.joined()
            let first = Result { () throws(ChatFault) in try grammar.read(text) }
            let second = Result { () throws(ChatFault) in try grammar.read(text) }
            switch (first, second) {
            case (.success(let one), .success(let other)):
                #expect(one == other)
                // Whatever is read is legal to send on.
                for number in [one.number, one.into].compactMap(\.self) {
                    #expect((1...999_999_999).contains(number.number))
                }
                let action = one.action(
                    on: EventID.derived(from: "chat", at: City.opening, type: "case", subject: "1"), department: nil,
                    writtenAt: City.opening, WorkCalendar())
                #expect(action.until == nil || one.until != nil)
                if let rating = one.rating { #expect((1...5).contains(rating)) }
                if let words = one.words {
                    // As it was written, to the byte.
                    #expect(Array(text.utf8).firstRange(of: Array(words.utf8)) != nil && !words.isEmpty)
                }
            case (.failure(let one), .failure(let other)):
                #expect(
                    one == other && one.refusal.code == Refusal.Code.malformed.rawValue && !one.refusal.detail.isEmpty)
            default: Issue.record("\(text) is read in two ways")
            }
        }
    }

    @Test func `takes no message that is longer than anybody writes`() {
        #expect(throws: ChatFault.self) { try grammar.read("接 1 " + String(repeating: "长", count: 1_000)) }
    }

    @Test(arguments: [
        // Written on Tuesday, 24 November 2026, at nine; without a time of day it is when the day's work ends.
        ("今天", "2026-11-24T17:30:00+08:00"), ("明天18点", "2026-11-25T18:00:00+08:00"),
        ("后天6点半", "2026-11-26T06:30:00+08:00"), ("tomorrow 8:05", "2026-11-25T08:05:00+08:00"),
        ("12-01", "2026-12-01T17:30:00+08:00"), ("11月24日", "2026-11-24T17:30:00+08:00"),
        // What is over this year is meant of the next.
        ("1月5日", "2027-01-05T17:30:00+08:00"), ("11/23", "2027-11-23T17:30:00+08:00"),
        ("2027年2月3号12点", "2027-02-03T12:00:00+08:00"), ("2026/11/30 24:00", "2026-12-01T00:00:00+08:00"),
        ("18:00", "2026-11-24T18:00:00+08:00"),
    ])
    func `means by a time what a person does`(written: String, meant: String) throws {
        let command = try grammar.read("延期 7 到 \(written)前 配件未到")
        #expect(command.words == "配件未到")
        #expect(command.until?.instant(writtenAt: City.opening, WorkCalendar()) == instant(meant))
    }

    @Test(arguments: ["2月30日", "13-01", "2026-02-29", "0-5"])
    func `means no time by a day that there is not`(written: String) throws {
        let command = try grammar.read("延期 7 \(written) 配件未到")
        #expect(command.until?.instant(writtenAt: City.opening, WorkCalendar()) == nil)
    }
}
