/// Who may know whom. The package manager takes any import of a module that happens to be built; these rules are the borders.
extension Rule {
    static let imports: [Rule] = [
        pureDomain, foundation, separateServices, sharedBelowServices, contractsBelowServers, wrappedC,
    ]

    private static func ban(
        _ name: String, in concerns: @escaping @Sendable (SourceFile) -> Bool, instead: String,
        import isBanned: @escaping @Sendable (_ module: Substring, _ file: SourceFile) -> Bool
    ) -> Rule {
        Rule(name, in: { $0.isSwift && concerns($0) }) { file in
            file.imports.filter { isBanned($0.module, file) }.map {
                Finding(file.path, $0.line, "import \($0.module)", instead: instead)
            }
        }
    }

    private static let pureDomain = ban(
        "a domain imports nothing but values", in: \.isDomain,
        instead: "a domain decides on values alone; load and store in the service's App"
    ) { module, file in
        !["FoundationEssentials", "Contracts", "\(file.service ?? "")Domain"].contains(String(module))
    }

    private static let foundation = ban(
        "FoundationEssentials is enough", in: { $0.isIn("Services", "Shared") },
        instead: "import FoundationEssentials, which a static program can carry without ICU's 30 MB"
    ) { module, _ in ["Foundation", "FoundationInternationalization", "FoundationNetworking"].contains(module) }

    /// The modules of a service begin with its name. (`Dispatch` alone is the system's.)
    private static func isOfService(_ module: Substring, otherThan own: Substring? = nil) -> Bool {
        module != "Dispatch"
            && ["Intake", "Dispatch", "Credit", "Notify", "Muster"].contains { module.hasPrefix($0) && $0 != own ?? "" }
    }

    /// The command line knows all services, since it migrates and inspects them; no service knows another.
    private static let separateServices = ban(
        "services meet only in events", in: { $0.service != nil && $0.service != "Muster" },
        instead: "services share no code; what passes between them is an event in Contracts"
    ) { module, file in isOfService(module, otherThan: file.service) }

    private static let sharedBelowServices = ban(
        "wrappers know nothing of us",
        in: {
            $0.isIn(
                "Shared/Arguments", "Shared/Crypto", "Shared/HTTP", "Shared/Kafka", "Shared/Postgres",
                "Shared/Telemetry",
                "Shared/Threads")
        },
        instead: "this module must be of use in any other project; put what is ours into ServiceKit"
    ) { module, _ in module == "Contracts" || module == "ServiceKit" || isOfService(module) }

    private static let contractsBelowServers = ban(
        "the language of the services needs no server", in: { $0.isIn("Shared/Contracts") },
        instead: "Contracts are values and their bytes; what talks to a server belongs into ServiceKit"
    ) { module, _ in ["Kafka", "Postgres", "HTTPServer", "HTTPClient", "ServiceKit"].contains(module) }

    /// The only folders that may import a C library.
    static let wrappers: [(library: String, folder: String)] = [
        ("CLibpq", "Shared/Postgres"),
        ("CRdKafka", "Shared/Kafka"),
        ("CMicroHTTPD", "Shared/HTTP/Server"),
        ("CMicroHTTPDShims", "Shared/HTTP/Server"),
        ("CCurl", "Shared/HTTP/Client"),
        ("CCurlShims", "Shared/HTTP/Client"),
        ("COpenSSL", "Shared/Crypto"),
        ("CCjose", "Shared/Crypto"),
        // What Swift's Glibc leaves out of Linux: no library of its own, so two wrappers may need it.
        ("CLinux", "Shared/Threads"),
        ("CLinux", "Shared/HTTP/Server"),
    ]

    private static let wrappedC = ban(
        "C is met in its wrapper alone", in: { _ in true },
        instead:
            "each C library has one wrapper, where its traps are dealt with; use that (or name it in Rules+Imports.swift)"
    ) { module, file in
        let isC = module.first == "C" && module.dropFirst().first?.isUppercase == true
        return isC && !wrappers.contains { $0.library == module && file.isIn($0.folder) }
    }
}
