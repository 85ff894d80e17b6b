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
func shared(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
    .target(name: name, dependencies: dependencies, path: "Shared/\(path ?? name)", swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let package = Package(
    name: "muster",
    targets: [
        system("CLibpq", "libpq", "libpq-dev"),
        system("CRdKafka", "rdkafka", "librdkafka-dev"),
        system("CMicroHTTPD", "libmicrohttpd", "libmicrohttpd-dev"),
        system("CCurl", "libcurl", "libcurl4-openssl-dev"),
        .systemLibrary(name: "CLinux", path: "Shared/C/CLinux"),
        // The few C functions that Swift cannot call itself because they are variadic. One target per library, or a
        // server would load libcurl with its thirty libraries too.
        .target(name: "CMicroHTTPDShims", dependencies: ["CMicroHTTPD"], path: "Shared/C/CMicroHTTPDShims"),
        .target(name: "CCurlShims", dependencies: ["CCurl"], path: "Shared/C/CCurlShims"),

        shared("Threads", ["CLinux"], wrapper),
        shared("Postgres", ["CLibpq", "Threads"], wrapper),
        shared("Kafka", ["CRdKafka", "Threads"], strict),
        shared("HTTPMessages", path: "HTTP/Messages", []),
        shared("HTTPServer", path: "HTTP/Server", ["CLinux", "CMicroHTTPD", "CMicroHTTPDShims", "HTTPMessages", "Threads"], wrapper),
        shared("HTTPClient", path: "HTTP/Client", ["CCurl", "CCurlShims", "HTTPMessages", "Threads"], wrapper),

        tests("PostgresTests", ["Postgres"]),
        tests("HTTPTests", ["HTTPServer", "HTTPClient", "HTTPMessages", "Threads"]),
    ],
    swiftLanguageModes: [.v6]
)
