import Contracts
import FoundationEssentials
import Postgres
import ServiceKit

/// Finds out which case a chat message is about, and so makes an action of it.
///
/// A number is of the group's community, of this year or else the year before. Without one, the message is about the case that it
/// answers, or the only one that the sender can mean. If there are several, they are told by their numbers: nothing is guessed.
struct ChatLookup {
    static let unread = Refusal(.malformed, "the message was not read: send it again")

    private let policy: CasePolicy
    private let grammar: ChatGrammar
    private let directory: DirectoryView
    private let numbers: [Called: EventID]
    private let now: Instant

    /// A case as people call it.
    private struct Called: Hashable {
        let community: UnitCode
        let year: Int32
        let number: Int32
    }

    /// The same inputs, with an action or a refusal in place of each message.
    static func resolve(
        _ inputs: [Input<DispatchCommand>], _ policy: CasePolicy, at now: Instant, in session: inout Session
    ) throws -> [Input<DispatchCommand>] {
        let messages = inputs.compactMap { input -> (ChatReceived, EventEnvelope)? in
            if case .chat(let message) = input.command { (message, input.envelope) } else { nil }
        }
        if messages.isEmpty { return inputs }
        let lookup = try ChatLookup(messages, policy, at: now, in: &session)
        return try inputs.map { input in
            guard case .chat(let message) = input.command else { return input }
            let command: DispatchCommand
            switch try lookup.action(of: message, input.envelope, in: &session) {
            case .success(let action): command = .action(action)
            case .failure(let refusal): command = .unclear(refusal)
            }
            return Input(
                envelope: input.envelope, command: command, digest: input.digest, origin: input.origin, key: input.key,
                arrival: input.arrival)
        }
    }

    private init(
        _ messages: [(ChatReceived, EventEnvelope)], _ policy: CasePolicy, at now: Instant, in session: inout Session
    ) throws {
        self.now = now
        self.policy = policy
        grammar = ChatGrammar(pauses: policy.pauses.reasons)
        var lookup = DirectoryLookup()
        var called: Set<Called> = []
        for (message, envelope) in messages {
            lookup.need(envelope.actor)
            guard let command = try? grammar.read(message.text) else { continue }
            for number in [command.number, command.into].compactMap(\.self) {
                called.formUnion(Self.called(number, message, envelope.time))
            }
        }
        directory = try lookup.load(in: &session)
        let wanted = called.sorted {
            ($0.community, $0.year, $0.number) < ($1.community, $1.year, $1.number)
        }
        var numbers: [Called: EventID] = [:]
        if !wanted.isEmpty {
            let rows = try session.query(
                Self.find, Parameters(wanted.map(\.community.text), wanted.map(\.year), wanted.map(\.number))
            ).rows(as: String.self, Int32.self, Int32.self, UUID.self)
            for row in rows {
                guard let community = UnitCode(row.0) else { continue }
                numbers[Called(community: community, year: row.1, number: row.2)] = EventID(row.3)
            }
        }
        self.numbers = numbers
    }

    /// Plan: the unique index matter_by_number, once for each.
    private static let find = Statement(
        "chat_find_numbers",
        """
        select community, year, number, id
        from unnest($1::text[], $2::int4[], $3::int4[]) as called (community, year, number)
        join matter using (community, year, number)
        """)

    /// The newest first.
    private static func called(
        _ number: ChatCommand.Number, _ message: ChatReceived, _ time: Instant
    ) -> [Called] {
        let this = CaseNumbers.Series(message.community, time).year
        let years = number.year.map { [Int32($0)] } ?? [this, this - 1]
        return years.map { Called(community: message.community, year: $0, number: Int32(number.number)) }
    }

    private func find(
        _ number: ChatCommand.Number, _ message: ChatReceived, _ time: Instant
    ) -> Result<EventID, Refusal> {
        if let id = Self.called(number, message, time).lazy.compactMap({ numbers[$0] }).first { return .success(id) }
        return .failure(
            Refusal(
                .unknownCase,
                "community \(message.community) has no case of the number \(number.number): write the year as well if it is "
                    + "older"))
    }

    // MARK: One message

    private func action(
        of message: ChatReceived, _ envelope: EventEnvelope, in session: inout Session
    ) throws -> Result<CaseAction, Refusal> {
        let command: ChatCommand
        do throws(ChatFault) { command = try grammar.read(message.text) } catch { return .failure(error.refusal) }
        guard let actor = envelope.actor, let postings = directory.postings[actor] else {
            return .failure(
                Refusal(.unknownPerson, "whoever wrote this is not in the directory: list the person first"))
        }
        let reach = Reach(of: actor, postings: postings.filter { $0.isValid(at: envelope.time) })
        var into: EventID?
        if let number = command.into {
            switch find(number, message, envelope.time) {
            case .success(let id): into = id
            case .failure(let refusal): return .failure(refusal)
            }
        }
        func action(on id: EventID, _ department: DepartmentCode?) -> CaseAction {
            command.action(
                on: id, into: into, department: department, writtenAt: envelope.time, policy.calendar)
        }
        let meant: EventID?
        if let number = command.number {
            switch find(number, message, envelope.time) {
            case .success(let id): meant = id
            case .failure(let refusal): return .failure(refusal)
            }
        } else {
            meant = message.case
        }
        let id: EventID
        switch try meant.map(Result.success) ?? onlyCase(command, message, reach, envelope.time, in: &session) {
        case .success(let found): id = found
        case .failure(let refusal): return .failure(refusal)
        }
        let speaker = ChatSpeaker(decision: CaseDecision(directory: directory, policy: policy), reach: reach)
        guard speaker.hasChoice(command), let state = try CaseRows.load([id], in: &session).first else {
            return .success(action(on: id, reach.departments.first))
        }
        return speaker.department(meantBy: envelope, on: state) { action(on: id, $0) }.map { action(on: id, $0) }
    }

    private func onlyCase(
        _ command: ChatCommand, _ message: ChatReceived, _ reach: Reach, _ time: Instant, in session: inout Session
    ) throws -> Result<EventID, Refusal> {
        let verb = ChatVerb.of(command.action)
        guard let wanted = verb?.waiting else {
            return .failure(
                Refusal(
                    .malformed, "it must be said which case is meant: write for instance \(verb?.example ?? "接 1027")"))
        }
        let items = try MyList.items(
            waitingFor: reach, at: time, .init(after: .first, limit: 100), in: &session, where: wanted.contains
        ).filter { message.community.contains($0.case.unit) }
        // What fits best comes first; what else is hers gives the reason why it cannot be done now.
        let fitting = items.filter { $0.wanted == wanted[0] }
        // A case where several of her departments were called is one.
        let numbers = Dictionary((fitting.isEmpty ? items : fitting).map { ($0.case.id, $0.case.number) }) { one, _ in
            one
        }
        guard let id = numbers.keys.first else {
            return .failure(
                Refusal(.unknownCase, "nothing of this community waits for you: write the case's number as well"))
        }
        if numbers.count == 1 { return .success(id) }
        let choice = numbers.values.sorted().prefix(10).map(String.init).joined(separator: ", ")
        return .failure(Refusal(.malformed, "several cases may be meant: write the number as well, one of \(choice)"))
    }
}

extension ChatVerb {
    /// What a case may wait for when the verb is meant for it without a number, the usual thing first; nil for a verb that is
    /// never said without.
    fileprivate var waiting: [MyList.Item.Wanted]? {
        switch action {
        case .accept: [.accept]
        case .start, .resolve, .askExtension: [.resolve, .accept]
        case .pause: [.resolve]
        case .refuse: [.accept, .resolve]
        case .sign, .contact, .checkIn, .decline: [.checkIn, .done]
        case .done, .contribute: [.done, .checkIn]
        case .approveWhistle, .refuseWhistle: [.approveWhistle]
        case .grantExtension, .refuseExtension: [.decideExtension]
        case .decideDecline: [.decideDecline]
        case .verify, .sendBack: [.verify, .close]
        case .close: [.close, .verify]
        case .judgeWhistle: [.judgeWhistle]
        case .assessWhistle: [.assessWhistle]
        default: nil
        }
    }
}
