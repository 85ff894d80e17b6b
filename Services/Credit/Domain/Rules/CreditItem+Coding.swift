import Contracts

extension CreditItem: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case code, english, chinese, subjects, trigger, measure, points, minimum, evidence, caps, validYears, source
        case legalBasis, enabled
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(onlyKeys: CodingKeys.self)
        code = try container.decode(String.self, forKey: .code)
        english = try container.decode(String.self, forKey: .english)
        chinese = try container.decode(String.self, forKey: .chinese)
        subjects = Set(try container.decode([SubjectGroup].self, forKey: .subjects).flatMap(\.kinds))
        trigger = try container.decodeIfPresent(Trigger.self, forKey: .trigger) ?? .deed
        measure = try container.decodeIfPresent(Measure.self, forKey: .measure) ?? .times
        worth = try container.decode(Worth.self, forKey: .points)
        minimum = try container.decodeIfPresent(Int.self, forKey: .minimum) ?? 1
        evidence = try container.decodeIfPresent([Evidence].self, forKey: .evidence) ?? []
        caps = try container.decodeIfPresent([Cap].self, forKey: .caps) ?? []
        validYears = try container.decode(Int.self, forKey: .validYears)
        source = try container.decode(String.self, forKey: .source)
        legalBasis = try container.decodeIfPresent(String.self, forKey: .legalBasis)
        isEnabled = try container.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code, forKey: .code)
        try container.encode(english, forKey: .english)
        try container.encode(chinese, forKey: .chinese)
        try container.encode(subjects.map(\.rawValue).sorted(), forKey: .subjects)
        try container.encode(trigger, forKey: .trigger)
        try container.encode(measure, forKey: .measure)
        try container.encode(worth, forKey: .points)
        try container.encode(minimum, forKey: .minimum)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(caps, forKey: .caps)
        try container.encode(validYears, forKey: .validYears)
        try container.encode(source, forKey: .source)
        try container.encodeIfPresent(legalBasis, forKey: .legalBasis)
        try container.encode(isEnabled, forKey: .enabled)
    }
}

/// One kind of subject, or a word for several.
struct SubjectGroup: Decodable, Sendable {
    let kinds: [SubjectKind]

    static let groups: [String: [SubjectKind]] = [
        "people": SubjectKind.people,
        "organisations": SubjectKind.organisations,
    ]

    init(from decoder: any Decoder) throws {
        let word = try decoder.singleValueContainer().decode(String.self)
        if let kinds = Self.groups[word] ?? SubjectKind(rawValue: word).map({ [$0] }) {
            self.kinds = kinds
            return
        }
        let words = Self.groups.keys.sorted() + SubjectKind.allCases.map(\.rawValue)
        throw DecodingError.dataCorrupted(
            .init(
                codingPath: decoder.codingPath,
                debugDescription: "is no kind of subject: write one of \(words.joined(separator: ", "))"))
    }
}
