import Contracts

/// A file of rules: versions, each by what it changes in the one before.
struct RuleDocument: Decodable, Sendable {
    var versions: [Change]

    struct Change: Sendable {
        var version: Int
        /// The first day, by the city's calendar.
        var effectiveFrom: CivilDate
        /// New items, and those that take the place of the ones with their code.
        var items: [Attempt]
        /// Codes of items that are no more.
        var withdrawn: [String]
        /// Replaces all scales where it is given; so do the following.
        var scales: [Scale]?
        var consentFree: Set<SubjectKind>?
        var stars: [Int]?
        var hoursOwed: Int?
    }

    /// An item, or why it could not be read: one bad item must not hide the next one's mistake.
    struct Attempt: Sendable {
        var code: String?
        var item: Result<CreditItem, Unreadable>
    }

    struct Unreadable: Error, Sendable, Hashable {
        let detail: String
    }

    private enum CodingKeys: String, CodingKey, CaseIterable { case versions }

    init(from decoder: any Decoder) throws {
        versions = try decoder.container(onlyKeys: CodingKeys.self).decode([Change].self, forKey: .versions)
    }
}

extension RuleDocument.Change: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case version, effectiveFrom, items, withdrawn, scales, consentFree, stars, hoursOwed
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(onlyKeys: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        let day = try container.decode(String.self, forKey: .effectiveFrom)
        guard let midnight = Instant("\(day)T00:00:00Z") else {
            throw DecodingError.dataCorruptedError(
                forKey: .effectiveFrom, in: container, debugDescription: "is no day: write it as 2027-01-01")
        }
        effectiveFrom = CityCalendar(offset: .zero).date(of: midnight)
        items = try container.decodeIfPresent([RuleDocument.Attempt].self, forKey: .items) ?? []
        withdrawn = try container.decodeIfPresent([String].self, forKey: .withdrawn) ?? []
        scales = try container.decodeIfPresent([Scale].self, forKey: .scales)
        consentFree = try container.decodeIfPresent([SubjectGroup].self, forKey: .consentFree)
            .map { Set($0.flatMap(\.kinds)) }
        stars = try container.decodeIfPresent([Int].self, forKey: .stars)
        hoursOwed = try container.decodeIfPresent(Int.self, forKey: .hoursOwed)
    }
}

extension RuleDocument.Attempt: Decodable {
    private enum CodingKeys: String, CodingKey { case code }

    init(from decoder: any Decoder) throws {
        code = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .code)
        do {
            item = .success(try CreditItem(from: decoder))
        } catch let error as DecodingError {
            item = .failure(RuleDocument.Unreadable(error, below: decoder.codingPath.count))
        }
    }
}

extension RuleDocument.Unreadable {
    /// - Parameter depth: how much of the path the reader knows already.
    init(_ error: DecodingError, below depth: Int = 0) {
        let field = { (path: [any CodingKey]) in
            path.dropFirst(depth).map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            detail = "\(field(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context):
            detail = "\(field(context.codingPath)) has the wrong type: \(jsonWords(for: type)) is wanted"
        case .valueNotFound(let type, let context):
            detail = "\(field(context.codingPath)) is null: \(jsonWords(for: type)) is wanted"
        case .dataCorrupted(let context):
            let field = field(context.codingPath)
            detail = field.isEmpty ? "the file is no JSON" : "\(field) \(context.debugDescription)"
        @unknown default:
            detail = "cannot be read"
        }
    }
}
