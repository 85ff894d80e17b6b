import HTTPMessages
import HTTPServer

/// A server to be measured with `wrk`:
///
/// ```
/// swift build -c release --product http-benchmark && .build/release/http-benchmark 8080
/// wrk -t2 -c64 -d10 http://127.0.0.1:8080/hello
/// wrk -t2 -c64 -d10 -s Benchmarks/HTTPServer/report.lua http://127.0.0.1:8080/reports
/// ```
@main struct ServerUnderLoad {
    struct Report: Decodable {
        var id: String
        var kind: String
        var text: String
        var grid: Int
        var latitude: Double
        var longitude: Double
        var photos: [String]
        var at: String
    }

    struct Receipt: Encodable {
        var id: String
        var kind: String
        var words: Int
    }

    static func main() async throws {
        var settings = Server.Settings()
        settings.port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8080
        let router = Router([
            Route(.get, "/hello") { _ in .text(.ok, "Hello, world\n") },
            Route(.get, "/waits") { _ in
                // What a handler that asks a database costs at least: one real suspension.
                await Task.yield()
                return .text(.ok, "Hello, world\n")
            },
            Route(.post, "/reports") { context in
                let report = try context.decodeJSON(Report.self)
                return try .json(.created, Receipt(id: report.id, kind: report.kind, words: report.text.utf8.count))
            },
        ])
        let server = try Server.start(router, settings)
        print("listening on port \(server.port); end with Ctrl-C")
        try await Task.sleep(for: .seconds(86_400))
    }
}
