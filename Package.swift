// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode is strict concurrency; a warning stops the build here as well as in review.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
/// For the modules that wrap C: every unsafe expression is marked `unsafe`.
let wrapper: [SwiftSetting] = strict + [.strictMemorySafety()]

/// A C library that Debian ships, found by pkg-config.
func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Shared/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A module of what the services share.
func shared(
    _ name: String, path: String? = nil, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(path ?? name)", swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], except excluded: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: excluded, swiftSettings: strict)
}

/// One of the four services: its domain, the data that its rules are made of, and the app around it.
func service(_ name: String, path: String, data: [String] = [], _ more: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Contracts", "HTTPMessages", "HTTPServer", "Postgres", "ServiceKit", "Telemetry"] + more,
        path: "Services/\(path)", resources: data.map { .embedInCode("Domain/Data/\($0)") }, swiftSettings: strict)
}

let package = Package(
    name: "muster",
    targets: [
        system("CLibpq", "libpq", "libpq-dev"),
        system("CRdKafka", "rdkafka", "librdkafka-dev"),
        system("CMicroHTTPD", "libmicrohttpd", "libmicrohttpd-dev"),
        system("CCurl", "libcurl", "libcurl4-openssl-dev"),
        system("COpenSSL", "libcrypto", "libssl-dev"),
        // Its pkg-config file asks for jansson's: libjansson-dev is needed too.
        system("CCjose", "cjose", "libcjose-dev"),
        .systemLibrary(name: "CLinux", path: "Shared/C/CLinux"),
        // The few C functions that Swift cannot call itself because they are variadic. One target per library, or a
        // server would load libcurl with its thirty libraries too.
        .target(name: "CMicroHTTPDShims", dependencies: ["CMicroHTTPD"], path: "Shared/C/CMicroHTTPDShims"),
        .target(name: "CCurlShims", dependencies: ["CCurl"], path: "Shared/C/CCurlShims"),

        shared("Threads", ["CLinux"], wrapper),
        // Empty unless it is built with -DMUSTER_FAULTS: see docs/faults.md.
        shared("Failpoints", ["Threads"]),
        shared("Arguments", []),
        shared("Crypto", ["COpenSSL", "CCjose", "Threads"], wrapper),
        shared("SortedJSON", []),
        shared("Telemetry", ["Threads"]),
        shared("Postgres", ["CLibpq", "Failpoints", "Threads"], wrapper),
        shared("Kafka", ["CRdKafka", "Threads"], wrapper),
        shared("HTTPMessages", path: "HTTP/Messages", []),
        shared(
            "HTTPServer", path: "HTTP/Server",
            ["CLinux", "CMicroHTTPD", "CMicroHTTPDShims", "HTTPMessages", "SortedJSON", "Threads"], wrapper),
        shared("HTTPClient", path: "HTTP/Client", ["CCurl", "CCurlShims", "HTTPMessages", "Threads"], wrapper),
        shared("Contracts", ["Crypto", "SortedJSON"]),
        .target(
            name: "ServiceKit",
            dependencies: [
                "Contracts", "Crypto", "Failpoints", "HTTPMessages", "HTTPServer", "Kafka", "Postgres", "Schemas",
                "Telemetry", "Threads",
            ],
            path: "Shared/ServiceKit", swiftSettings: strict),
        .target(
            name: "Schemas", dependencies: ["Contracts", "Postgres"], path: "Shared/Schemas",
            resources: [
                "Kernel/kernel", "Kernel/compressed", "Intake/patrol", "Dispatch/cases", "Dispatch/reads",
                "Dispatch/policy",
                "Dispatch/stamps", "Dispatch/corrections", "Dispatch/decisions", "Dispatch/settled", "Dispatch/waiting",
                "Dispatch/places",
                "Credit/ledger", "Credit/room",
                "Notify/notices",
            ].map {
                .embedInCode("\($0).sql")
            },
            swiftSettings: strict),

        service("muster-intake", path: "Intake", ["Crypto"]),
        service("muster-dispatch", path: "Dispatch", data: ["calendar-cn.json", "rules.json", "policy.json"]),
        service("muster-credit", path: "Credit", data: ["items.json"]),
        service(
            "muster-notify", path: "Notify", data: ["rules.json", "messages.json", "wecom-codes.json"],
            ["Crypto", "Failpoints", "HTTPClient"]),
        .executableTarget(
            name: "muster",
            dependencies: [
                "Arguments", "Contracts", "Crypto", "HTTPClient", "HTTPMessages", "HTTPServer", "Kafka", "Postgres",
                "Schemas", "ServiceKit", "Telemetry", "Threads",
            ],
            path: "Services/Muster", swiftSettings: strict),

        // What tests share: databases and topics of their own, and waiting without sleeping.
        .target(name: "TestSupport", dependencies: ["Postgres"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("DevStackTests", ["Postgres", "TestSupport"]),
        tests("TestSupportTests", ["TestSupport", "Postgres"]),
        tests(
            "EndToEndTests",
            [
                "Contracts", "HTTPClient", "HTTPMessages", "HTTPServer", "Kafka", "Postgres", "TestSupport", "Threads",
                "muster", "muster-intake", "muster-dispatch", "muster-credit", "muster-notify",
            ]),
        tests(
            "ServiceKitTests",
            [
                "Contracts", "Crypto", "HTTPMessages", "HTTPServer", "Kafka", "Postgres", "Schemas", "ServiceKit",
                "Telemetry", "TestSupport", "Threads",
            ]),
        tests("SortedJSONTests", ["SortedJSON"]),
        // The kept events are read where they lie, and written there anew.
        tests("ContractsTests", ["Contracts", "TestSupport"], except: ["kept-events.jsonl"]),
        tests(
            "HTTPDocumentTests",
            [
                "Contracts", "HTTPServer", "Postgres", "ServiceKit", "Telemetry", "muster-intake", "muster-dispatch",
                "muster-credit", "muster-notify",
            ]),
        tests(
            "IntakeTests", ["Contracts", "Crypto", "Postgres", "Schemas", "ServiceKit", "TestSupport", "muster-intake"]),
        tests(
            "DispatchTests",
            [
                "Contracts", "HTTPMessages", "HTTPServer", "Postgres", "Schemas", "ServiceKit", "Telemetry",
                "TestSupport", "Threads", "muster", "muster-dispatch",
            ]),
        tests("CreditTests", ["muster-credit", "Contracts", "Postgres", "Schemas", "ServiceKit", "TestSupport"]),
        tests(
            "NotifyTests",
            [
                "Contracts", "Crypto", "HTTPClient", "HTTPMessages", "HTTPServer", "Postgres", "Schemas", "ServiceKit",
                "Telemetry", "TestSupport", "Threads", "muster-notify",
            ]),
        tests("ArgumentsTests", ["Arguments", "Threads"]),
        tests("CryptoTests", ["Crypto", "TestSupport", "Threads"]),
        tests("TelemetryTests", ["Telemetry", "Threads"]),
        tests("PostgresTests", ["Postgres", "TestSupport", "Threads"]),
        // Does harm to a whole deployment and checks it from outside: see docs/faults.md.
        .executableTarget(
            name: "fault-harness",
            dependencies: [
                "Arguments", "Contracts", "HTTPClient", "HTTPMessages", "HTTPServer", "Kafka", "Postgres", "Threads",
            ],
            path: "Tests/FaultHarness", swiftSettings: strict),
        // A process of its own, for the tests of Kafka to stop and kill, and to measure with.
        .executableTarget(
            name: "kafka-probe", dependencies: ["Kafka"], path: "Tests/KafkaProbe", swiftSettings: strict),
        tests("KafkaTests", ["Kafka", "TestSupport", "Threads", "kafka-probe"]),
        // To be measured with wrk, which starts no server itself.
        .executableTarget(
            name: "http-benchmark", dependencies: ["HTTPMessages", "HTTPServer"], path: "Benchmarks/HTTPServer",
            exclude: ["report.lua"], swiftSettings: strict),
        // Measures a running stack: see infra/dev/bench.
        .executableTarget(
            name: "city-benchmark",
            dependencies: [
                "Arguments", "BenchmarkReport", "Contracts", "Crypto", "HTTPClient", "HTTPMessages", "HTTPServer",
                "Kafka",
                "Postgres", "Threads",
            ],
            path: "Benchmarks/City", swiftSettings: strict),
        // The table and the picture of what was measured.
        .target(name: "BenchmarkReport", path: "Benchmarks/Report", swiftSettings: strict),
        tests("BenchmarkReportTests", ["BenchmarkReport"]),
        // What the pure parts take by themselves: see the row `parts` of infra/dev/bench.
        .testTarget(
            name: "PartTests",
            dependencies: ["Contracts", "Kafka", "ServiceKit", "muster-intake", "muster-dispatch", "muster-credit"],
            path: "Benchmarks/Parts", swiftSettings: strict),
        tests("HTTPTests", ["HTTPServer", "HTTPClient", "HTTPMessages", "TestSupport", "Threads"]),
        tests(
            "FaultTests",
            [
                "TestSupport", "fault-harness", "muster", "muster-intake", "muster-dispatch", "muster-credit",
                "muster-notify",
            ]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6]
)
