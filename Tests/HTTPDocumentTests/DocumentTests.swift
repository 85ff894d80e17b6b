import Contracts
import Foundation
import HTTPServer
import Testing

@testable import ServiceKit

private typealias JSONValue = Contracts.JSONValue

/// The OpenAPI documents. `MUSTER_WRITE_DOCS=1 swift test --filter DocumentTests` writes them anew.
@Suite struct DocumentTests {
    @Test(arguments: try ServiceEndpoints.all.get())
    func `a service's OpenAPI document is what its code says`(_ service: ServiceEndpoints) throws {
        let file = Project.docs.appending(path: "openapi/\(service.service.rawValue).json")
        let text = try service.document.text()
        if Project.writes {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(
            written == text, "\(file.lastPathComponent) is not what the code says: run this with MUSTER_WRITE_DOCS=1")
    }

    @Test(arguments: try ServiceEndpoints.all.get())
    func `each route has its operation, and each operation its route`(_ service: ServiceEndpoints) async throws {
        let document = try EventJSON.decode(JSONValue.self, from: Array(try service.document.text().utf8))
        var described: Set<String> = []
        for (path, methods) in try document["paths"].object {
            for (method, operation) in try methods.object {
                described.insert("\(method.uppercased()) \(path)")
                let names = try operation["parameters"].array.compactMap { parameter -> String? in
                    try parameter["in"].string == "path" ? try parameter["name"].string : nil
                }
                // An OpenAPI document may not name a parameter that its path has not, nor leave one out.
                let places = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
                #expect(places.map(String.init) == names, "\(method) \(path)")
            }
        }
        #expect(described == Set(service.endpoints.map { "\($0.route.method) \($0.route.pattern)" }))
        // The running service's router is made of the same endpoints: it answers what the document says it does.
        let router = Router(service.endpoints.map(\.route))
        let answer = await router.respond(to: Request(.get, "/openapi.json"))
        guard case .bytes(let bytes) = answer.body else { throw Unexpected() }
        #expect(String(decoding: bytes, as: UTF8.self) == (try service.document.text()))
    }

    @Test(arguments: try ServiceEndpoints.all.get())
    func `no two operations have one name`(_ service: ServiceEndpoints) throws {
        let document = try EventJSON.decode(JSONValue.self, from: Array(try service.document.text().utf8))
        let names = try document["paths"].object.values.flatMap { path in
            try path.object.values.map { try $0["operationId"].string }
        }
        #expect(Set(names).count == names.count)
    }

    @Test(
        .enabled(if: Python.has("openapi_spec_validator"), "needs Python with openapi-spec-validator: pip install it"),
        arguments: ServiceName.allCases)
    func `a validator from elsewhere finds nothing wrong with the document`(_ service: ServiceName) throws {
        try Python.run([
            "-m", "openapi_spec_validator", Project.docs.appending(path: "openapi/\(service.rawValue).json").path,
        ])
    }

    @Test(
        .enabled(if: Python.has("jsonschema"), "needs Python with jsonschema: pip install it"),
        arguments: ServiceName.allCases)
    func `each example is what its own schema asks for`(_ service: ServiceName) throws {
        let program = """
            import json, sys
            from jsonschema import Draft202012Validator, FormatChecker
            document = json.load(open(sys.argv[1]))
            count = 0
            def look(value):
                global count
                if isinstance(value, dict):
                    if "example" in value and "schema" in value:
                        schema = {"components": document["components"], "allOf": [value["schema"]]}
                        Draft202012Validator(schema, format_checker=FormatChecker()).validate(value["example"])
                        count += 1
                    for inner in value.values(): look(inner)
                elif isinstance(value, list):
                    for inner in value: look(inner)
            look(document["paths"])
            assert count > 3, count
            """
        try Python.run(["-c", program, Project.docs.appending(path: "openapi/\(service.rawValue).json").path])
    }

    struct Unexpected: Error {}
}
