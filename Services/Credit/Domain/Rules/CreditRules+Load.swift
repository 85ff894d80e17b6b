import Contracts

extension CreditRules {
    /// A file of rules as it was read.
    struct Source: Sendable {
        var name: String
        var json: [UInt8]
    }

    /// Reads files of rules, one after the other: the versions of a later file follow on those of the earlier.
    ///
    /// - Returns: the rules, and what of them does not hold, such as a deduction without a law.
    static func load(
        _ sources: [Source], calendar: CityCalendar = CityCalendar()
    ) throws(RuleMistakes) -> (rules: CreditRules, notices: [RuleFinding]) {
        var loading = Loading(calendar: calendar)
        for source in sources { loading.read(source) }
        if loading.versions.isEmpty, loading.findings.isEmpty {
            loading.report("versions is empty: write at least one", source: sources.last?.name ?? "rules")
        }
        let mistakes = loading.findings.filter { $0.weight == .mistake }
        if !mistakes.isEmpty { throw RuleMistakes(findings: mistakes) }
        return (CreditRules(calendar: calendar, versions: loading.versions), loading.findings)
    }

    /// The versions so far, and what was found about them.
    private struct Loading {
        let calendar: CityCalendar
        var versions: [RuleVersion] = []
        var findings: [RuleFinding] = []

        mutating func report(
            _ detail: String, weight: RuleFinding.Weight = .mistake, source: String, version: Int? = nil,
            item: String? = nil
        ) {
            findings.append(
                RuleFinding(weight: weight, source: source, version: version, item: item, detail: detail))
        }

        mutating func read(_ source: Source) {
            do {
                let document = try EventJSON.decode(RuleDocument.self, from: source.json)
                if document.versions.isEmpty { report("versions is empty: write at least one", source: source.name) }
                for change in document.versions { apply(change, of: source.name) }
            } catch let error as DecodingError {
                report(RuleDocument.Unreadable(error).detail, source: source.name)
            } catch {
                report("the file is not UTF-8", source: source.name)
            }
        }

        private mutating func apply(_ change: RuleDocument.Change, of source: String) {
            let number = change.version
            let before = versions.last
            let from = calendar.start(of: change.effectiveFrom)
            if number != (before?.number ?? 0) + 1 {
                report(
                    "version must be \((before?.number ?? 0) + 1): versions count up by one", source: source,
                    version: number)
            }
            if let before, from <= before.from {
                report("effectiveFrom must be later than version \(before.number)'s", source: source, version: number)
            }
            let version = RuleVersion(
                number: number, from: from,
                items: items(of: change, on: before?.items ?? [:], source: source),
                scales: change.scales ?? before?.scales ?? [],
                consentFree: change.consentFree ?? before?.consentFree ?? [],
                stars: change.stars ?? before?.stars ?? [], hoursOwed: change.hoursOwed ?? before?.hoursOwed ?? 0)
            for detail in version.mistakes { report(detail, source: source, version: number) }
            versions.append(version)
        }

        private mutating func items(
            of change: RuleDocument.Change, on before: [String: CreditItem], source: String
        ) -> [String: CreditItem] {
            let number = change.version
            var items = before
            for code in change.withdrawn where items.removeValue(forKey: code) == nil {
                report(
                    "withdrawn names an item that is not there: check the code", source: source, version: number,
                    item: code)
            }
            var seen: Set<String> = []
            for (index, attempt) in change.items.enumerated() {
                let name = attempt.code ?? "number \(index + 1)"
                switch attempt.item {
                case .failure(let unreadable):
                    report(unreadable.detail, source: source, version: number, item: name)
                case .success(let item):
                    for detail in item.mistakes { report(detail, source: source, version: number, item: name) }
                    if !seen.insert(item.code).inserted {
                        report(
                            "code is used twice in the version: keep one of them", source: source, version: number,
                            item: name)
                    }
                    let old = versions.compactMap { $0.items[item.code] }.last
                    if let old, old.measure != item.measure || old.trigger != item.trigger {
                        report(
                            "measure and trigger must stay as they were: use a new code", source: source,
                            version: number, item: name)
                    }
                    if item.isEnabled, !item.isInForce {
                        report(
                            "takes points and names no law, and so is off: enter legalBasis to switch it on",
                            weight: .notice, source: source, version: number, item: name)
                    }
                    items[item.code] = item
                }
            }
            return items
        }
    }
}

extension RuleVersion {
    /// What is wrong with the version besides its items.
    fileprivate var mistakes: [String] {
        var mistakes: [String] = []
        if scales.isEmpty { mistakes.append("scales is empty: write at least one") }
        if Set(scales.map(\.code)).count < scales.count {
            mistakes.append("scales uses a code twice: keep one of them")
        }
        for scale in scales {
            let limits = scale.grades.dropLast().map(\.from)
            let whole = limits.compactMap { $0 }
            if scale.grades.isEmpty || whole.count < limits.count || scale.grades.last?.from != nil {
                mistakes.append("scale \(scale.code): every grade but the last must have from, and the last must not")
            }
            if zip(whole, whole.dropFirst()).contains(where: { $0 <= $1 }) {
                mistakes.append("scale \(scale.code): grades must descend in from")
            }
        }
        if !zip(stars, stars.dropFirst()).allSatisfy({ $0 < $1 }) { mistakes.append("stars must ascend") }
        if hoursOwed < 0 { mistakes.append("hoursOwed must not be below zero") }
        if consentFree.contains(where: \.isPerson) {
            mistakes.append("consentFree names people: no person is scored without consent")
        }
        return mistakes
    }
}
