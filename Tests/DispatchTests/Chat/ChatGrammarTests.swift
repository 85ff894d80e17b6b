import Contracts
import Testing

@testable import muster_dispatch

@Suite struct `the grammar of chat` {
    @Test(arguments: ChatDocument.examples)
    func `reads what its document says`(example: ChatDocument.Example) {
        let read = Result { () throws(ChatFault) in try ChatGrammar.read(example.written) }
        switch read {
        case .success(let command): #expect(command.summary == example.read)
        case .failure(let fault): #expect(example.read == "refused", "\(fault.refusal.detail)")
        }
    }

    @Test func `has its examples in its document`() {
        #expect(ChatDocument.examples.count > 30)
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
                    case .departments: " 执法 D003"
                    case .unitOrPerson: " 371082007013"
                    case .handling: " hard"
                    case .rating: " 3"
                    }
                for text in ["\(form) 12\(arguments) 为什么 Why?", "12 \(form)\(arguments) 为什么 Why?"]
                    + (isChinese ? ["\(form)12\(arguments) 为什么 Why?", "12\(form)\(arguments) 为什么 Why?"] : [])
                {
                    let command = try ChatGrammar.read(text)
                    #expect(command.action == verb.action && command.number == 12, "\(text)")
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
                "给", "to", "应急", "hard", "五", "😀", "\u{0}", "\u{301}", "ＡＣ", "\n", "é",
            ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(pieces) }.joined()
            let first = Result { () throws(ChatFault) in try ChatGrammar.read(text) }
            let second = Result { () throws(ChatFault) in try ChatGrammar.read(text) }
            switch (first, second) {
            case (.success(let one), .success(let other)):
                #expect(one == other)
                // Whatever is read is legal to send on.
                if let number = one.number { #expect((1...999_999_999).contains(number)) }
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
        #expect(throws: ChatFault.self) { try ChatGrammar.read("接 1 " + String(repeating: "长", count: 1_000)) }
    }
}
