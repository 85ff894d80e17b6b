import Testing

/// A file that breaks rules, or only looks as if it did.
struct Sample: Sendable, CustomTestStringConvertible {
    let path: String
    let text: String
    /// What each finding begins with.
    let finds: [String]
    var testDescription: String { "\(path): \(text.split(separator: "\n").first ?? "nothing")" }

    init(_ path: String, _ text: String, finds: String...) {
        self.path = path
        self.text = text
        self.finds = finds
    }
}

/// Each rule is seen to find what it is there for, and to leave alone what only looks like it.
@Suite struct RuleTests {
    static let samples = importSamples + outcomeSamples + codeSamples + fileSamples

    @Test(arguments: samples) func `a file has the findings it should have`(_ sample: Sample) {
        let file = SourceFile(path: sample.path, text: sample.text)
        let found = TidyTests.rules.flatMap { $0.check(file) }.map(\.description)
        #expect(found.map { $0.components(before: " is banned: ") } == sample.finds)
    }

    @Test(arguments: TidyTests.rules) func `a sample breaks the rule`(_ rule: Rule) {
        let findings = Self.samples.flatMap { rule.check(SourceFile(path: $0.path, text: $0.text)) }
        #expect(!findings.isEmpty)
    }

    @Test func `a finding says where, what, and what to do instead`() {
        #expect(
            Finding("Services/A/App/B.swift", 7, "print(", instead: "log with Telemetry").description
                == "Services/A/App/B.swift:7: print( is banned: log with Telemetry")
    }

    static let importSamples = [
        Sample(
            "Services/Intake/Domain/Visit.swift", "import Contracts\nimport FoundationEssentials\nimport Postgres",
            finds: "Services/Intake/Domain/Visit.swift:3: import Postgres"),
        Sample("Services/Intake/Domain/Visit.swift", "public import Contracts\n@testable import IntakeDomain"),
        Sample(
            "Services/Intake/Domain/Visit.swift", "import struct Foundation.Date",
            finds: "Services/Intake/Domain/Visit.swift:1: import Foundation",
            "Services/Intake/Domain/Visit.swift:1: import Foundation"),
        Sample(
            "Shared/HTTP/Server/A.swift", "@preconcurrency import Foundation",
            finds: "Shared/HTTP/Server/A.swift:1: import Foundation"),
        Sample("Shared/HTTP/Server/A.swift", "// import Foundation\nlet text = \"\"\"\nimport Foundation\n\"\"\""),
        Sample(
            "Services/Credit/App/A.swift", "import IntakeDomain",
            finds: "Services/Credit/App/A.swift:1: import IntakeDomain"),
        Sample("Services/Credit/App/A.swift", "import CreditDomain\nimport Dispatch\nimport ServiceKit"),
        Sample("Services/Muster/A.swift", "import IntakeApp\nimport CreditApp"),
        Sample("Shared/Kafka/A.swift", "import ServiceKit", finds: "Shared/Kafka/A.swift:1: import ServiceKit"),
        Sample(
            "Shared/Telemetry/A.swift", "internal import Contracts",
            finds: "Shared/Telemetry/A.swift:1: import Contracts"),
        Sample("Shared/Contracts/A.swift", "import Kafka", finds: "Shared/Contracts/A.swift:1: import Kafka"),
        Sample("Services/Notify/App/A.swift", "import CLibpq", finds: "Services/Notify/App/A.swift:1: import CLibpq"),
        Sample(
            "Shared/Postgres/A.swift", "import CLibpq\nimport CRdKafka",
            finds: "Shared/Postgres/A.swift:2: import CRdKafka"),
    ]

    static let outcomeSamples = [
        Sample(
            "Services/Dispatch/Domain/Case.swift",
            "let a = Date(), b = UUID()\nlet c = Int.random(in: 0...1)\nlet d = list.shuffled()\nlet e = list.randomElement()",
            finds: "Services/Dispatch/Domain/Case.swift:1: Date()", "Services/Dispatch/Domain/Case.swift:1: UUID()",
            "Services/Dispatch/Domain/Case.swift:2: .random", "Services/Dispatch/Domain/Case.swift:4: randomElement",
            "Services/Dispatch/Domain/Case.swift:3: shuffled"),
        Sample(
            "Services/Dispatch/Domain/Case.swift", "let a = Date.now\nContinuousClock()\nSuspendingClock()",
            finds: "Services/Dispatch/Domain/Case.swift:1: Date.now",
            "Services/Dispatch/Domain/Case.swift:2: ContinuousClock",
            "Services/Dispatch/Domain/Case.swift:3: SuspendingClock"),
        Sample(
            "Services/Dispatch/Domain/Case.swift", "let a = DueDate(), b = Date(timeIntervalSince1970: 0) // Date()"),
        Sample("Services/Dispatch/App/Clock.swift", "let a = Date(), b = UUID()"),
    ]

    static let codeSamples = [
        Sample(
            "Shared/Kafka/A.swift", "let a = try! b()\nlet c = d as! E\nfatalError(\"no\")",
            finds: "Shared/Kafka/A.swift:1: try!", "Shared/Kafka/A.swift:2: as!", "Shared/Kafka/A.swift:3: fatalError("),
        Sample("Services/Muster/main.swift", "exit(1)\n_exit(1)", finds: "Services/Muster/main.swift:1: exit("),
        Sample("Tests/KafkaTests/A.swift", "let a = try! b()\nlet c = d as! E\nfatalError(\"no\")"),
        Sample("Shared/Kafka/A.swift", "let has! = 1 // try! it\nlet b = \"try! \\(as) \"; dictionary! += 1"),
        Sample("Shared/Kafka/A.swift", "func fatalError(of client: Client) {}\nClient.fatalError(of: client)"),
        Sample("Shared/Kafka/A.swift", "/// Never changes.\n@safe\nstruct B {\n    nonisolated(unsafe) let c: Int\n}"),
        Sample("Tests/KafkaTests/A.swift", "Task.detached { }", finds: "Tests/KafkaTests/A.swift:1: Task.detached"),
        Sample(
            "Shared/Kafka/A.swift", "DispatchQueue.global().async {}",
            finds: "Shared/Kafka/A.swift:1: DispatchQueue.global"),
        Sample(
            "Tests/KafkaTests/A.swift", "try await Task.sleep(for: .seconds(1))\nusleep(1)",
            finds: "Tests/KafkaTests/A.swift:1: .sleep without a reason",
            "Tests/KafkaTests/A.swift:2: usleep( without a reason"),
        Sample("Tests/KafkaTests/A.swift", "// The fault strikes at any moment.\ntry await clock.sleep(for: pause)"),
        Sample("Services/Credit/App/A.swift", "print(1)", finds: "Services/Credit/App/A.swift:1: print("),
        Sample("Services/Credit/App/A.swift", "blueprint(1)"),
        Sample("Services/Muster/A.swift", "print(1)"),
        Sample(
            "Shared/Kafka/A.swift", "let a = 1\nextension B: @unchecked Sendable {}\nnonisolated(unsafe) let c = d",
            finds: "Shared/Kafka/A.swift:2: @unchecked Sendable without a reason",
            "Shared/Kafka/A.swift:3: nonisolated(unsafe) without a reason"),
        Sample("Shared/Kafka/A.swift", "// Read only by its own thread.\n@safe\nfinal class B: @unchecked Sendable {}"),
        Sample(
            "Shared/Kafka/A.swift",
            "log.info(\"took \\(count)\")\nlogger.error(\n    \"lost \\(topic)\", [:])\nlog.info(\"took\", [.count: \"\\(count)\"])",
            finds: "Shared/Kafka/A.swift:1: interpolation in a log message",
            "Shared/Kafka/A.swift:2: interpolation in a log message"),
        Sample(
            "Services/Credit/App/A.swift",
            "public actor EntryManager {}\nenum StringUtils {}\nstruct Database { let based = 1 }",
            finds: "Services/Credit/App/A.swift:1: the name EntryManager",
            "Services/Credit/App/A.swift:2: the name StringUtils"),
    ]

    static let fileSamples = [
        Sample(
            "Tests/A/B.swift", String(repeating: "\n", count: Rule.tooLongFile + 1),
            finds: "Tests/A/B.swift: a file of 401 lines"),
        Sample("Tests/A/B.swift", String(repeating: "\n", count: Rule.tooLongFile)),
        Sample("Package.resolved", "{}", finds: "Package.resolved: Package.resolved"),
        Sample("infra/tool", "\u{7F}ELF\0", finds: "infra/tool: a binary file"),
        Sample("docs/images/day.png", "PNG\0"),
        Sample(
            "docs/images/day.png", String(repeating: "PNG\0", count: 60_000),
            finds: "docs/images/day.png: a binary file"),
        Sample(
            "Shared/Kafka/A.swift", "// TODO: later", finds: "Shared/Kafka/A.swift:1: a mark of unfinished work (TODO)"),
        Sample(
            "Makefile", "# FIXME\n# HACK", finds: "Makefile:1: a mark of unfinished work (FIXME)",
            "Makefile:2: a mark of unfinished work (HACK)"),
        Sample("infra/dev/a", "mktemp /var/tmp/a.XXXXXX"),
        Sample("docs/a.md", "# A\ncd /home/me", finds: "docs/a.md:2: a path of one machine (/home/)"),
        Sample("docs/a.md", "# A\ncurl https://pypi.org/x", finds: "docs/a.md:2: the name of a registry (pypi.org)"),
        Sample("docs/a.md", "text\n## Part", finds: "docs/a.md: a document without a title"),
        Sample("docs/a.md", "# A\n```sh\n# a comment\n```\n# B", finds: "docs/a.md:5: a second title"),
        Sample("infra/dev/a", "#!/usr/bin/env bash\necho", finds: "infra/dev/a: a lenient script"),
        Sample("infra/dev/a", "#!/usr/bin/env bash\nset -euo pipefail"),
    ]
}

extension String {
    fileprivate func components(before separator: String) -> String {
        for index in indices where self[index...].hasPrefix(separator) { return String(self[..<index]) }
        return self
    }
}
