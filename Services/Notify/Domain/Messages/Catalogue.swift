import Contracts

/// Every text that people read, in both languages, from one file.
struct Catalogue: Sendable {
    typealias Language = PersonListed.Language

    struct Text: Sendable, Hashable {
        let title: Template
        let body: Template

        var fields: Set<Field> { title.fields.union(body.fields) }
    }

    let templates: [String: [Language: Text]]
    private let words: [Field: [String: [Language: String]]]

    init(templates: [String: [Language: Text]], words: [Field: [String: [Language: String]]]) {
        self.templates = templates
        self.words = words
    }

    /// The word for a value; of a code such as `city-appearance.rubbish` the word for its longest known beginning, and
    /// the code itself where there is none.
    func word(_ value: String, of field: Field, in language: Language) -> String {
        let known = words[field.vocabulary] ?? [:]
        var parts = value.split(separator: ".")
        while !parts.isEmpty {
            if let word = known[parts.joined(separator: ".")]?[language] { return word }
            parts.removeLast()
        }
        return value
    }
}
