import Contracts

extension NoticeRules {
    /// Reads and checks rules.
    ///
    /// - Parameters:
    ///   - json: a `RulesFile`.
    ///   - time: what the quiet hours are counted in.
    /// - Throws: `FaultyNotices`, which names all faults.
    init(json: [UInt8], time: CityTime) throws(FaultyNotices) {
        let file = try FaultyNotices.decode(RulesFile.self, from: json, what: "rules")
        var faults: [String] = []
        let hours = [file.quietHours.from, file.quietHours.to].map(Self.minutes)
        if hours.contains(nil) { faults.append("quietHours: a time is wrong: write 00:00 to 23:59") }
        quietHours = QuietHours(from: (hours.first ?? nil) ?? 0, to: (hours.last ?? nil) ?? 0, time: time)
        sight = Sight(names: file.sight.names, places: file.sight.places)
        if file.rules.isEmpty { faults.append("rules: there is none, so nobody would be told of anything") }
        var ids: Set<String> = []
        for rule in file.rules {
            let name = "rule \(rule.id)"
            if !ids.insert(rule.id).inserted { faults.append("\(name): another rule has this id: give it its own") }
            faults += rule.faults(quietHours).map { "\(name): \($0)" }
        }
        guard faults.isEmpty else { throw FaultyNotices(faults: faults) }
        rules = file.rules.map(NoticeRule.init)
    }

    /// `21:00` as minutes after midnight.
    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(Self.isDigit) }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension NoticeRule {
    /// - Precondition: the rule has no faults.
    fileprivate init(_ rule: RulesFile.Rule) {
        let isUrgent = rule.urgency == .urgent
        self.init(
            id: rule.id, event: rule.event,
            conditions: Dictionary(
                uniqueKeysWithValues: (rule.when ?? [:]).compactMap { name, words in
                    Field(rawValue: name).map { ($0, Set(words)) }
                }),
            audiences: rule.to, exceptActor: rule.exceptActor ?? false, channels: rule.channels, isUrgent: isUrgent,
            afterUnknown: rule.afterUnknown ?? (isUrgent ? .sendAgain : .markUnknown), template: rule.template,
            lifetime: .minutes(rule.lifetimeMinutes), mootedBy: Set(rule.mootedBy ?? []))
    }
}

extension RulesFile.Rule {
    fileprivate func faults(_ quietHours: QuietHours) -> [String] {
        var faults: [String] = []
        if !Identifier.isValid(id) { faults.append("its id has the wrong form: \(Identifier.rule)") }
        guard let fields = Occasion.fields(of: event) else {
            let types = Occasion.types.joined(separator: ", ")
            return faults + ["event \(event) is none that people are told of: write one of \(types)"]
        }
        faults += conditionFaults(fields) + audienceFaults + channelFaults(quietHours)
        if !(1...43_200).contains(lifetimeMinutes) {
            faults.append("lifetimeMinutes is \(lifetimeMinutes): write 1 to 43200, which are 30 days")
        }
        for type in mootedBy ?? [] where !Occasion.isAboutCase(type) || !Occasion.isAboutCase(event) {
            faults.append("mootedBy names \(type): only later events of the same case make a notice pointless")
        }
        return faults
    }

    private func conditionFaults(_ fields: Set<Field>) -> [String] {
        (when ?? [:]).sorted { $0.key < $1.key }.flatMap { name, words -> [String] in
            guard let field = Field(rawValue: name), fields.contains(field) else {
                return ["when asks about \(name), which \(event) does not have"]
            }
            guard case .word(let known) = field.kind else {
                return ["when asks about \(name), which is none of a few words: ask about another field"]
            }
            if words.isEmpty { return ["when lists no word for \(name), so the rule would never match"] }
            return words.filter { !known.contains($0) }.map {
                "when asks whether \(name) is \($0): write one of \(known.joined(separator: ", "))"
            }
        }
    }

    private var audienceFaults: [String] {
        var faults: [String] = []
        if to.isEmpty { faults.append("to is empty: say who is told") }
        for audience in to {
            let who = audience.who.rawValue
            if !audience.who.exists(in: event) { faults.append("to names \(who), whom \(event) does not have") }
            guard let roles = audience.roles else { continue }
            if roles.isEmpty { faults.append("to names no role for \(who): leave roles out or write some") }
            if !audience.who.isStaff { faults.append("to picks \(who) by role: leave roles out") }
        }
        return faults
    }

    private func channelFaults(_ quietHours: QuietHours) -> [String] {
        var faults: [String] = []
        if channels.isEmpty { faults.append("channels is empty: say how people are told") }
        if Set(channels).count < channels.count { faults.append("channels names one twice") }
        // Else a notice of the evening could expire before anybody may be disturbed.
        if urgency == .ordinary, channels.contains(where: \.disturbs),
            Duration.minutes(lifetimeMinutes) <= quietHours.longest
        {
            faults.append("lifetimeMinutes is \(lifetimeMinutes): it must outlast the quiet hours, or be urgent")
        }
        return faults
    }
}
