/// A text with places for facts: `Case {case} at {place}`. A brace of its own is written twice.
struct Template: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case field(Field)
    }

    /// Why a text is no template, in words that follow the text's name.
    struct Fault: Error, Sendable, Hashable {
        let detail: String
    }

    let pieces: [Piece]

    var fields: Set<Field> {
        Set(pieces.compactMap { if case .field(let field) = $0 { field } else { nil } })
    }

    init(_ source: String) throws(Fault) {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(source)
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                text.append(rest.removeFirst())
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw Fault(detail: "has a { without its }: close it, or write {{ for the brace itself")
                }
                let name = String(rest[..<end])
                guard let field = Field(rawValue: name) else {
                    let known = Field.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                    throw Fault(detail: "has the placeholder {\(name)}, which is no field: write one of \(known)")
                }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.field(field))
                rest = rest[rest.index(after: end)...]
            case "}":
                throw Fault(detail: "has a } without its {: write }} for the brace itself")
            default:
                text.append(character)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        self.pieces = pieces
    }

    func fill(_ value: (Field) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let field): value(field)
            }
        }.joined()
    }
}
