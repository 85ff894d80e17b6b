import Contracts

/// Makes the texts of notices: in the reader's language, by the city's clock, with no more than the reader may see.
struct Rendering: Sendable {
    let policy: NoticePolicy
    let directory: NoticeDirectory

    func message(_ template: String, of occasion: Occasion, to recipient: Recipient, on channel: Channel) -> Message {
        // Every template is there in both languages, or the policy would not have been made.
        guard let text = policy.catalogue.templates[template]?[recipient.language] else {
            preconditionFailure("template \(template) is missing")
        }
        let writer = FactWriter(
            policy: policy, directory: directory, language: recipient.language, now: occasion.envelope.time,
            seesNames: policy.rules.sight.ofNames(recipient.role, channel),
            seesPlaces: policy.rules.sight.ofPlaces(recipient.role, channel))
        let facts = occasion.facts(for: recipient.department)
        func fill(_ template: Template) -> String {
            template.fill { field in facts[field].map { writer.text($0, of: field) } ?? FactWriter.missing }
        }
        return Message(title: fill(text.title), body: fill(text.body))
    }
}

/// Writes facts for one reader.
private struct FactWriter {
    static let missing = "—"

    let policy: NoticePolicy
    let directory: NoticeDirectory
    let language: Catalogue.Language
    /// When the event happened: a time of another year is written with its year.
    let now: Instant
    let seesNames: Bool
    let seesPlaces: Bool

    func text(_ fact: Fact, of field: Field) -> String {
        switch fact {
        case .word(let value), .code(let value): policy.catalogue.word(value, of: field, in: language)
        case .number(let value): "\(value)"
        case .points(let hundredths): points(hundredths)
        case .time(let instant): local(instant)
        case .unit(let unit): directory.name(of: unit)
        case .place(let unit): place(unit)
        case .departments(let codes):
            codes.map(directory.name(of:)).joined(separator: language == .chinese ? "、" : ", ")
        case .person(let id): person(id)
        case .free(let text): seesNames ? text : (language == .chinese ? "（请在系统中查看）" : "(see the system)")
        case .reference(let number, let openedAt): "\(policy.time.date(openedAt).year)-\(number)"
        }
    }

    /// Whoever may not see a name is shown its first character, whose length says nothing of the rest.
    private func person(_ id: PersonID) -> String {
        guard let name = directory.person(id)?.name, let first = name.first else { return Self.missing }
        return seesNames ? name : "\(first)**"
    }

    /// From the community down, no further than the reader may see. A name that begins with that of the unit above is not
    /// said after it again.
    private func place(_ unit: UnitCode) -> String {
        let levels: [UnitCode.Level] = [.community, .grid] + (seesPlaces ? [.building, .stairwell] : [])
        let units = levels.compactMap { unit.ancestor(at: $0) }
        let names = (units.isEmpty ? [unit] : units).map(directory.name(of:))
        return zip(names, names.dropFirst() + [""]).filter { !$1.hasPrefix($0) }.map(\.0).joined(separator: " ")
    }

    private func points(_ hundredths: Int) -> String {
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        var fraction = rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        if fraction.hasSuffix("0") { fraction.removeLast() }
        return (hundredths < 0 ? "−" : "") + "\(whole)\(fraction)"
    }

    private func local(_ instant: Instant) -> String {
        let date = policy.time.date(instant)
        let minute = policy.time.minuteOfDay(instant)
        let clock = "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
        let isOtherYear = date.year != policy.time.date(now).year
        switch language {
        case .chinese: return (isOtherYear ? "\(date.year)年" : "") + "\(date.month)月\(date.day)日 \(clock)"
        case .english:
            let month = Self.months[date.month - 1]
            return "\(date.day) \(month) " + (isOtherYear ? "\(date.year) " : "") + clock
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
