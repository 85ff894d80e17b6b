import Testing

/// A rule of the house: which files it is about, and what breaks it.
///
/// A finding says what to do instead, since whoever meets it has most likely never heard of the rule.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    var testDescription: String { name }
    let concerns: @Sendable (SourceFile) -> Bool
    let findings: @Sendable (SourceFile) -> [Finding]

    init(
        _ name: String, in concerns: @escaping @Sendable (SourceFile) -> Bool = { _ in true },
        findings: @escaping @Sendable (SourceFile) -> [Finding]
    ) {
        self.name = name
        self.concerns = concerns
        self.findings = findings
    }

    /// A rule against a token in Swift code.
    static func ban(
        _ token: String, instead: String, in concerns: @escaping @Sendable (SourceFile) -> Bool = { $0.isSwift }
    ) -> Rule {
        Rule(token, in: { $0.isSwift && concerns($0) }) { file in
            file.lines(holding: token).map { Finding(file.path, $0, token, instead: instead) }
        }
    }

    /// A rule against calling a function of the language or the system.
    static func ban(
        call function: String, instead: String, in concerns: @escaping @Sendable (SourceFile) -> Bool
    ) -> Rule {
        Rule("\(function)(", in: { $0.isSwift && concerns($0) }) { file in
            file.lines(calling: function).map { Finding(file.path, $0, "\(function)(", instead: instead) }
        }
    }

    func check(_ file: SourceFile) -> [Finding] { concerns(file) ? findings(file) : [] }
}

/// One place where a rule is broken.
struct Finding: Equatable, CustomStringConvertible {
    let description: String

    init(_ path: String, _ line: Int?, _ what: String, instead: String) {
        description = "\(path)\(line.map { ":\($0)" } ?? ""): \(what) is banned: \(instead)"
    }
}
