import Contracts

/// Reads chat messages: pure, and total, so that any text is a command or says why it is none.
struct ChatGrammar: Sendable {
    /// What a pause may be for, in the words of the policy.
    let pauses: [PausePolicy.Reason]

    /// Of a message; nobody writes a command that is longer.
    static let charactersAtMost = 1_000

    func read(_ text: String) throws(ChatFault) -> ChatCommand {
        guard text.unicodeScalars.count <= Self.charactersAtMost else {
            throw ChatFault(
                "the message is longer than \(Self.charactersAtMost) characters: write the command and a few words")
        }
        var reader = ChatReader(text)
        reader.skipMention()
        if reader.isAtEnd { throw ChatFault("the message is empty: write for instance 接 1027 or accept 1027") }

        var number = reader.number()
        guard let verb = reader.verb() else {
            throw ChatFault(
                "the message begins with no command that is known: write one of "
                    + ChatVerb.all.map { "\($0.chinese[0]) (\($0.english[0]))" }.joined(separator: ", "))
        }
        if number == nil { number = reader.number() }
        var command = ChatCommand(action: verb.action)
        command.number = number
        command.granted = verb.granted
        try readArguments(of: verb, &reader, &command)
        command.words = reader.rest()
        if verb.needsWords, command.words == nil {
            throw ChatFault("it must be said why: write for instance \(verb.example)")
        }
        return command
    }

    private func readArguments(
        of verb: ChatVerb, _ reader: inout ChatReader, _ command: inout ChatCommand
    ) throws(ChatFault) {
        func need(_ isThere: Bool, _ what: String) throws(ChatFault) {
            if !isThere { throw ChatFault("\(what): write for instance \(verb.example)") }
        }
        if verb.isDepartments, let department = reader.department() { command.departments = [department] }
        switch verb.takes {
        case .nothing: break
        case .whistle:
            command.whistle = reader.oneOf(Self.whistles)
            readDepartments(&reader, &command)
            if command.whistle == nil { command.whistle = reader.oneOf(Self.whistles) }
            try need(command.whistle != nil, "a whistle needs its kind")
        case .departments:
            readDepartments(&reader, &command)
            try need(!command.departments.isEmpty, "it needs all departments that are to come from now on")
        case .department:
            if let department = reader.department() { command.departments = [department] }
            try need(!command.departments.isEmpty, "it needs the department that it is about")
        case .unitOrPerson:
            _ = reader.oneOf([("给", ()), ("to", ())])
            command.unit = reader.unit()
            command.person = reader.person()
            if command.unit == nil { command.unit = reader.unit() }
            try need(command.unit != nil || command.person != nil, "it needs to be said to whom")
        case .handling:
            command.handling = reader.oneOf(Self.handlings)
            try need(command.handling != nil, "it needs small, big or hard (小事, 大事, 难事)")
        case .rating:
            command.rating = reader.rating()
            try need(command.rating != nil, "it needs a mark from 1 to 5")
        case .pause:
            command.pause = reader.oneOf(pauseWords)
            command.until = reader.time()
            if command.pause == nil { command.pause = reader.oneOf(pauseWords) }
            let reasons = pauses.map { "\($0.zh) (\($0.code))" }.joined(separator: ", ")
            try need(
                command.pause != nil && command.until != nil, "a pause needs an end and a reason, one of \(reasons)")
        case .end:
            command.until = reader.time()
            try need(command.until != nil, "it needs the time that is asked for")
        case .verification:
            command.means = reader.oneOf(Self.means)
            command.satisfied = reader.oneOf(Self.settled)
            if command.means == nil { command.means = reader.oneOf(Self.means) }
            try need(
                command.means != nil && command.satisfied != nil,
                "it needs how it was found out (回访, 现场, 本人) and whether it is settled (已解决, 未解决)")
        case .grounds:
            command.grounds = reader.oneOf(Self.grounds)
            try need(command.grounds != nil, "it needs its grounds (不满意, 回访, 社区)")
        case .correction: try readCorrection(&reader, &command, need)
        case .otherCase:
            _ = reader.oneOf([("到", ()), ("into", ()), ("to", ())])
            // Where the message answers a case, one number is enough: that of the other one.
            command.into = reader.number() ?? command.number
            if command.into == command.number { command.number = nil }
            try need(command.into != nil, "it needs the number of the other case")
        case .marks: try readMarks(&reader, &command, need)
        case .views: try readViews(&reader, &command, need)
        }
    }

    private func readDepartments(_ reader: inout ChatReader, _ command: inout ChatCommand) {
        while let department = reader.department() { command.departments.append(department) }
        if reader.oneOf(Self.leads) != nil { command.lead = reader.department() }
    }

    /// Why a pause is, in every way to say it.
    private var pauseWords: [(String, String)] {
        pauses.flatMap { reason in
            ([reason.code, reason.zh, reason.en] + (reason.said ?? [])).map { ($0, reason.code) }
        }
    }
}
