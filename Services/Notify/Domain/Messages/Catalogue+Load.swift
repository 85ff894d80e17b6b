import Contracts

/// The catalogue as it is written in JSON.
private struct CatalogueFile: Codable {
    struct Text: Codable {
        let title: String
        let body: String
    }

    struct Both<Value: Codable>: Codable {
        let zh: Value
        let en: Value
    }

    /// By field and value.
    let words: [String: [String: Both<String>]]
    let templates: [String: Both<Text>]
}

extension Catalogue {
    /// Reads and checks a catalogue.
    ///
    /// - Throws: `FaultyNotices`, which names all faults.
    init(json: [UInt8]) throws(FaultyNotices) {
        let file = try FaultyNotices.decode(CatalogueFile.self, from: json, what: "messages")
        var faults: [String] = []
        var templates: [String: [Language: Text]] = [:]
        for (name, both) in file.templates.sorted(by: { $0.key < $1.key }) {
            for (language, text) in [(Language.chinese, both.zh), (.english, both.en)] {
                if let template = text.parsed("template \(name), \(language.rawValue)", &faults) {
                    templates[name, default: [:]][language] = template
                }
            }
        }
        let words = file.vocabulary(&faults)
        guard faults.isEmpty else { throw FaultyNotices(faults: faults) }
        self.init(templates: templates, words: words)
    }
}

extension CatalogueFile.Text {
    func parsed(_ name: String, _ faults: inout [String]) -> Catalogue.Text? {
        var parsed: [Template] = []
        for (part, source) in [("title", title), ("body", body)] {
            if source.isEmpty { faults.append("\(name): \(part) is empty") }
            if part == "title", source.contains(where: \.isNewline) {
                faults.append("\(name): title has several lines")
            }
            do { parsed.append(try Template(source)) } catch {
                faults.append("\(name): \(part) \(error.detail)")
            }
        }
        return parsed.count == 2 ? Catalogue.Text(title: parsed[0], body: parsed[1]) : nil
    }
}

extension CatalogueFile {
    func vocabulary(_ faults: inout [String]) -> [Field: [String: [Catalogue.Language: String]]] {
        var vocabulary: [Field: [String: [Catalogue.Language: String]]] = [:]
        for (name, words) in words.sorted(by: { $0.key < $1.key }) {
            guard let field = Field(rawValue: name), field.vocabulary == field, field.hasWords else {
                faults.append("words \(name): is no field with words of its own")
                continue
            }
            vocabulary[field] = words.mapValues { [.chinese: $0.zh, .english: $0.en] }
            for (value, both) in words.sorted(by: { $0.key < $1.key }) where both.zh.isEmpty || both.en.isEmpty {
                faults.append("words \(name): \(value) is empty in a language")
            }
        }
        for field in Field.allCases where field.vocabulary == field {
            guard case .word(let values) = field.kind else { continue }
            let known = Set(vocabulary[field]?.keys.map { $0 } ?? [])
            for value in values where !known.contains(value) {
                faults.append("words \(field.rawValue): \(value) has no word")
            }
            for value in known.subtracting(values).sorted() {
                faults.append("words \(field.rawValue): \(value) is none of its values")
            }
        }
        return vocabulary
    }
}

extension Field {
    fileprivate var hasWords: Bool {
        switch kind {
        case .word, .code: true
        default: false
        }
    }
}
