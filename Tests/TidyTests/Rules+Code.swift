/// What Swift code may not hold.
extension Rule {
    static let code: [Rule] =
        outcomes + crashes + concurrency + output + proofs + [loggedInterpolation, typeName]

    private static let isOurs: @Sendable (SourceFile) -> Bool = { $0.isIn("Services", "Shared") }

    /// A domain's outcome follows from its input alone, so that a day played twice ends the same.
    private static let outcomes = [
        ban("Date()", instead: "take the time as an argument; the clock belongs to the App", in: \.isDomain),
        ban("Date.now", instead: "take the time as an argument; the clock belongs to the App", in: \.isDomain),
        ban("UUID()", instead: "derive the id from its cause, or take it as an argument", in: \.isDomain),
        ban(".random", instead: "take what is to be decided by chance as an argument", in: \.isDomain),
        ban("randomElement", instead: "take what is to be decided by chance as an argument", in: \.isDomain),
        ban("shuffled", instead: "sort, so that the outcome is the same each time", in: \.isDomain),
        ban("ContinuousClock", instead: "take the time as an argument; the clock belongs to the App", in: \.isDomain),
        ban("SuspendingClock", instead: "take the time as an argument; the clock belongs to the App", in: \.isDomain),
    ]

    private static let crashes = [
        ban("try!", instead: "throw, and let the caller decide", in: isOurs),
        ban("as!", instead: "cast with `as?` and say what it means when it fails", in: isOurs),
        ban(
            call: "fatalError", instead: "throw an error that says what to do; a service must not end for one input",
            in: isOurs),
        ban(
            call: "exit", instead: "end with ProcessEnd.leave: C libraries free at an exit what a thread may still use",
            in: isOurs),
    ]

    private static let concurrency = [
        ban("Task.detached", instead: "use a task group, or `Task {}` where its actor and priority are right"),
        ban(
            "DispatchQueue.global", instead: "a blocking call lives on a thread of its own: see Shared/Threads",
            in: isOurs),
    ]

    private static let output = [
        ban(
            call: "print", instead: "log with Telemetry; only the command line and tests talk to a terminal",
            in: { isOurs($0) && !$0.isIn("Services/Muster") })
    ]

    /// What may only stand below a comment that says why it must.
    private static func explained(
        _ token: String, instead: String, in concerns: @escaping @Sendable (SourceFile) -> Bool = { _ in true }
    ) -> Rule {
        Rule(token, in: { $0.isSwift && concerns($0) }) { file in
            file.lines(holding: token).filter { line in
                // Attributes may stand between the comment and what it explains, and so may the beginning of the type or
                // function whose first line it is.
                var above = line - 2
                while above >= 0, file.isAttribute(above) || file.code[above].hasSuffix("{") { above -= 1 }
                return above < 0 || !file.lines[above].drop(while: \.isWhitespace).hasPrefix("//")
            }.map { Finding(file.path, $0, "\(token) without a reason", instead: instead) }
        }
    }

    /// Whoever claims what the compiler cannot see must prove it.
    private static let proof = "say in a comment above why it holds"
    private static let pause =
        "wait for a condition with `eventually`; where time itself is the matter, say so in a comment above"

    private static let proofs = [
        explained("@unchecked Sendable", instead: proof),
        explained("nonisolated(unsafe)", instead: proof),
        explained(".sleep", instead: pause, in: { $0.isIn("Tests") }),
        explained("usleep(", instead: pause, in: { $0.isIn("Tests") }),
    ]

    private static let loggedInterpolation = Rule("log messages are constant", in: { $0.isSwift && isOurs($0) }) {
        file in
        let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        let calls = ["log", "logger"].flatMap { log in levels.map { "\(log).\($0)(" } }
        return file.code.indices.filter { index in
            guard calls.contains(where: file.code[index].holds(token:)) else { return false }
            // The message may stand on the line after the call.
            let end = min(index + 1, file.code.count - 1)
            let call = file.code[index...end].joined()
            guard
                let message = call.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false).dropFirst()
                    .first
            else { return false }
            return message.contains("\\(")
        }.map {
            Finding(
                file.path, $0 + 1, "interpolation in a log message",
                instead: "keep the message constant, so that it can be searched for, and put the value into metadata")
        }
    }

    /// Words that say nothing of what a type does.
    private static let emptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl", "Base"]

    private static let typeName = Rule("names say what a type does", in: \.isSwift) { file in
        file.code.enumerated().flatMap { index, line -> [Finding] in
            let words = line.split { !$0.isPartOfName }
            return zip(words, words.dropFirst()).compactMap { keyword, name -> Finding? in
                let declares = ["class", "struct", "enum", "actor", "protocol", "typealias"].contains(keyword)
                guard declares, let word = emptyWords.first(where: { name.hasSuffix($0) }) else { return nil }
                return Finding(
                    file.path, index + 1, "the name \(name)",
                    instead: "\(word) says nothing of what it does; use the field's own term")
            }
        }
    }
}
